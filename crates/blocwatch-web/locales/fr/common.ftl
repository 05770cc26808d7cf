skip = Aller au texte
menu-label = Site
menu-matrix = Matrice
menu-states = États
menu-organisations = Organisations
menu-votes = Votes
menu-network = Réseau
menu-cases = Cas
menu-interruptions = Interruptions
menu-changes = Ce qui a changé
menu-measures = Mesures
menu-data = Données
menu-about = À propos
find-label = Rechercher
find-hint = État, organisation, cas
find-button = Rechercher
foot-observatory = Observatoire { $key }
foot-cite = Comment citer
foot-sources = Sources et licences
foot-corrections = Corrections
foot-programs = Pour les programmes
foot-note = Zéro, non couvert, censuré et non public sont ici quatre choses différentes. Un nombre de cas dit ce qui a été codé, non la fréquence des faits. Être nommé n’est pas être accusé.
languages-label = Langues

form-any = tous
form-show = Afficher
form-clear = Effacer
form-actor = Acteur
form-actor-hint = un État ou une organisation
form-role = Dans le rôle de
form-from = Depuis l’année
form-to = Jusqu’à l’année
form-state = État
form-kind = Type
pager-place = Page { $number } sur { $pages }
null-title = pas de valeur
feed-title = Ce qui a changé

grade = cote { $grade }
cited-through = Cité d’après : { $work }
sources-heading = Sources
cite-heading = Comment citer

when-undated = sans date
when-since = depuis { $from }
when-span = de { $from } à { $to }

regime-0 = autocratie fermée
regime-1 = autocratie électorale
regime-2 = démocratie électorale
regime-3 = démocratie libérale

kind-state = État
kind-organisation = organisation
kind-region = région
kind-case = cas
kind-interruption = interruption
kind-table = table
