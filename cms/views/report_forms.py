"""What the forms for readers' reports have in common."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.domain.client import Client
from cms.services import tries


class ReportForm(forms.Form):
    """What is wrong and how to answer. ``website`` is for robots only."""

    text = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    contact = forms.CharField(
        label=_("Wie erreichen wir Sie?"),
        max_length=255,
        required=False,
        help_text=_("E-Mail oder Telefon, wenn Sie eine Antwort möchten."),
    )
    website = forms.CharField(
        label=_("Bitte leer lassen"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    text_label = text_missing = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["text"].label = self.text_label
        self.fields["text"].error_messages["required"] = self.text_missing

    def may_be_sent(self, client: Client) -> bool:
        """Counts the report; no (and the form says why) while this address has to wait."""
        try:
            tries.charge(tries.REPORT, client.counted)
        except tries.TooManyTriesError as error:
            self.add_error(None, str(error))
            return False
        return True

    @property
    def is_from_robot(self) -> bool:
        return bool(self.cleaned_data["website"])
