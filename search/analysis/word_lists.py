"""Word lists of the German analysis; all but the stop words are normalised."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Snowball's German list (BSD licence): Elasticsearch knows it as ``_german_``.
STOP_WORDS = _words("""
    aber alle allem allen aller alles als also am an ander andere anderem anderen anderer
    anderes anderm andern anderr anders auch auf aus bei bin bis bist da damit dann der den des
    dem die das daß derselbe derselben denselben desselben demselben dieselbe dieselben dasselbe
    dazu dein deine deinem deinen deiner deines denn derer dessen dich dir du dies diese diesem
    diesen dieser dieses doch dort durch ein eine einem einen einer eines einig einige einigem
    einigen einiger einiges einmal er ihn ihm es etwas euer eure eurem euren eurer eures für
    gegen gewesen hab habe haben hat hatte hatten hier hin hinter ich mich mir ihr ihre ihrem
    ihren ihrer ihres euch im in indem ins ist jede jedem jeden jeder jedes jene jenem jenen
    jener jenes jetzt kann kein keine keinem keinen keiner keines können könnte machen man
    manche manchem manchen mancher manches mein meine meinem meinen meiner meines mit muss
    musste nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner
    seines selbst sich sie ihnen sind so solche solchem solchen solcher solches soll sollte
    sondern sonst über um und uns unse unsem unsen unser unses unter viel vom von vor während
    war waren warst was weg weil weiter welche welchem welchen welcher welches wenn werde werden
    wie wieder will wir wird wirst wo wollen wollte würde würden zu zum zur zwar zwischen
""")

# Words that ask and say nothing of what is asked for; the stop words aside.
QUESTION_WORDS = _words("""
    bitte eigentlich gibt gab geht heisst hiess mal man tun tut viele vielen wann warum wem wen wer
    weshalb wessen wieso wodurch wofur woher wohin womit woran worauf woraus worin woruber wovon
    wozu
""")

# Words of nearly every text: to look for them costs time and finds nothing.
WORDS_OF_ALL_TEXTS = _words("""
    das dem den der des die ein eine einem einen einer eines im in ist und von zu
""")

# Short nouns that begin or end many compounds. The dictionary's own words of three letters
# are mostly abbreviations.
SHORT_PARTS = _words("""
    amt arm bad bau bus fee gas hof hut job not ohr ort rad rat see tag tat tee tor tur uhr
    weg zeh zug
""")
# First elements that are neither nouns nor verbs: "Hochhaus" holds "Haus", but not "hoch".
FIRST_PARTS = _words("""
    allein alt aussen drei einzel erst fein fern frei fremd gemein gross halb haupt hilfs hoch
    innen jung klein kurz lang laut leer mehr mit nah neben neu nieder ober offen ost rot ruck
    schwarz schwer selbst sonder sozial sud tief viel vier voll weiter west zusammen
    zwei
""")
# Prefixes of verbs that are, by accident, nouns or verb stems too.
NO_FIRST_PARTS = _words("""
    auf aus bei dar durch ein ent gegen her hin hinter los miss nach uber unter ver vert vor
    wider wieder zer
""")
# Endings of derived words that are, by accident, nouns too; and a link that was taken for
# the first letter of a short part ("Arbeit-stag").
NO_LAST_PARTS = _words("""
    barschaft dung ende enden erinnen haft halt halten ionen kunft lichen ling ration rauen
    schaft schaften tand tang tum turen
""") | {"s" + part for part in SHORT_PARTS}
