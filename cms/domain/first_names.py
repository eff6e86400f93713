"""First names that are common in Germany.

German writes every noun with a capital: two capitalised words are a person's name only if the
first of them is a first name.
"""

FIRST_NAMES = frozenset(
    """
    Achim Adam Ahmad Ahmed Aisha Albert Alexander Alexandra Ali Alina Amina Amir Amira Andrea
    Andreas Andrej Angela Angelika Anita Anja Anke Anna Anne Annegret Anneliese Annett Annette
    Annika Anton Antje Antonia Aylin Ayşe Aysche Barbara Bärbel Beate Ben Benjamin Bernd
    Bernhard Bettina Birgit Birgitt Bodo Brigitte Britta Bruno Carina Carmen Carola Carsten
    Caroline Charlotte Christa Christel Christian Christiane Christin Christina Christine
    Christoph Claudia Clara Cornelia Dagmar Daniel Daniela David Dennis Diana Dieter Dietmar
    Dirk Dmitri Dominik Doreen Doris Dorothea Eberhard Edith Elena Elfriede Elias Elisabeth Elke
    Ella Ellen Elsa Emilia Emily Emma Emmi Enrico Erich Erik Erika Erna Ernst Erwin Eva Evelin
    Evelyn Fabian Fatima Fatma Felix Ferdinand Finn Florian Frank Franz Franziska Frieda
    Friederike Friedrich Fritz Gabi Gabriela Gabriele Georg Gerd Gerda Gerhard Gertrud Gisela
    Gregor Greta Gudrun Guido Günter Günther Hanna Hannah Hannelore Hans Harald Hartmut Hasan
    Hassan Heidi Heike Heiko Heinrich Heinz Helga Helmut Henry Herbert Hermann Hilde Hildegard
    Holger Horst Hussein Hüseyin Ibrahim Ida Ilona Ilse Ines Inge Ingeborg Ingo Ingrid Irene
    Iris Irina Isabel Ismail Ivan Jakob Jan Jana Janine Jasmin Jens Jessica Joachim Johann
    Johanna Johannes Jonas Jörg Josef Julia Julian Juliane Jürgen Jutta Kai Karim Karin Karl
    Karla Karsten Katharina Kathrin Katja Katrin Kerstin Kevin Khaled Kirsten Klara Klaus Konrad
    Kristin Kurt Lara Lars Laura Lea Leila Lena Leon Leonie Lieselotte Lilli Lina Linda Lisa
    Lothar Louisa Luca Ludwig Luis Luisa Lukas Lutz Lydia Magdalena Mahmoud Maik Maike Maja
    Malte Mandy Manfred Manuel Manuela Marc Marcel Marco Marcus Maren Margarete Margit Margot
    Maria Marianne Marie Marina Mario Marion Marko Markus Marlene Marta Martha Martin Martina
    Marvin Mary Matthias Max Maximilian Mehmet Melanie Mia Michael Michaela Miriam Mohamed
    Mohammad Mohammed Monika Moritz Mustafa Nadine Nadja Natalia Natalie Natascha Nico Nicole
    Niklas Nils Nina Nora Norbert Olaf Oleg Olga Oliver Olena Omar Oskar Otto Patricia Patrick
    Paul Paula Peggy Peter Petra Philipp Pia Rainer Ralf Ralph Ramona Regina Reiner Reinhard
    Renate René Ricarda Richard Rico Rita Robert Roland Rolf Romy Ronald Ronny Rosa Rosemarie
    Roswitha Rudi Rudolf Rüdiger Ruth Sabine Sabrina Sahra Samira Samuel Sandra Sandy Sara Sarah
    Sascha Sebastian Selma Sergej Siegfried Sigrid Silke Silvia Simon Simone Sofia Sonja Sophia
    Sophie Stefan Stefanie Steffen Steffi Stephan Stephanie Susann Susanne Svenja Swetlana
    Sybille Sylvia Tanja Tatjana Theo Theresa Thomas Thorsten Tim Timo Tina Tobias Tom Torsten
    Udo Ulrich Ulrike Ursula Uschi Ute Uwe Vanessa Vera Verena Veronika Viktor Viktoria Volker
    Waltraud Walter Werner Wilhelm Willi Wladimir Wolfgang Yasmin Yusuf Yvonne Zeynep
    """.split()  # noqa: SIM905 - a list of words reads better so
)
