home-page = L’observatoire ouvert de la collaboration autoritaire
home-heading = Qui travaille avec qui, par quel canal, contre quelle menace
home-intro = Blocwatch tient un registre unique et sourcé de la collaboration entre autocraties, la mesure, dit ce qui a changé et signale ce qui l’a déjà interrompue. Chaque nombre peut être suivi jusqu’à la ligne du fichier de l’éditeur.
home-ask = Un État, une organisation, un cas
home-ask-hint = Kirghizistan, OCS, agents étrangers
home-questions = Des questions auxquelles il répond
home-questions-yours = Des exemples ; les mêmes pages répondent pour tout État et toute organisation : cherchez les vôtres ci-dessus.
home-q-memberships = À quelles organisations à majorité autocratique le Kirghizistan appartient-il, et depuis quand ?
home-q-majorities = Dans quelles organisations les autocraties sont-elles majoritaires ?
home-q-observers = Qui envoie des observateurs pour cautionner des élections inéquitables ?
home-q-laws = Qui a copié les lois répressives de qui ?
home-q-interrupted = Qu’est-ce qui a arrêté la copie de telles lois ?
home-q-arms = De qui l’Arménie dépend-elle pour ses armes ?
home-q-xinjiang = Qui s’est rangé du côté de la Chine au sujet du Xinjiang ?
home-q-votes = À quel point la Russie et le Bélarus votent-ils de même aux Nations unies ?
home-q-words = Qui parle d’un « monde multipolaire », et depuis quand ?
home-q-backsliding = Quels États deviennent plus autocratiques aujourd’hui ?
home-cases =
    { $n ->
        [one] <strong>{ $n }</strong> cas de collaboration codé
       *[other] <strong>{ $n }</strong> cas de collaboration codés
    }
home-interruptions =
    { $n ->
        [one] <strong>{ $n }</strong> façon dont elle a été interrompue
       *[other] <strong>{ $n }</strong> façons dont elle a été interrompue
    }
home-states =
    { $n ->
        [one] <strong>{ $n }</strong> État ou territoire
       *[other] <strong>{ $n }</strong> États et territoires
    }
home-organisations =
    { $n ->
        [one] <strong>{ $n }</strong> organisation
       *[other] <strong>{ $n }</strong> organisations
    }
home-tables =
    { $n ->
        [one] <strong>{ $n }</strong> table dont chaque colonne est documentée
       *[other] <strong>{ $n }</strong> tables dont chaque colonne est documentée
    }
home-regimes = Les régimes en { $year }
home-changed = Ce qui a changé
home-all-findings = <a href="/changes">Tous les constats</a> · <a href="/feed.xml">en flux</a>
home-matrix = La matrice
matrix-page = Matrice des menaces, des réponses et des tactiques
matrix-heading = La matrice
matrix-channels = Les canaux
matrix-corner = Réponse et tactique
matrix-all = Tous
matrix-unit = cas
states-heading = États
organisations-heading = Organisations
cases-heading = Cas
interruptions-heading = Ce qui a interrompu la collaboration
votes-heading = Votes à l’Assemblée générale des Nations unies
changes-heading = Ce qui a changé
data-heading = Données et sources
measures-heading = Mesures
query-heading = Requête
search-heading = Recherche
search-what = Quoi
search-near = Rien ne s’appelle « { $q } ». Les noms les plus proches :
search-nothing = Rien ne s’appelle « { $q } », et rien ne s’en approche.
about-page = À propos, corrections, ne pas nuire
about-heading = À propos de Blocwatch
about-harm = Ne pas nuire
about-corrections = Corrections
about-languages = Langues
about-languages-intro = L’interface est traduite message par message ; là où un message manque, l’anglais en tient lieu. Les données, les notes et les cas sont en anglais.
about-language = { $done } messages sur { $all }
error-404 = Introuvable
error-400 = Demande non comprise
error-search = Rechercher plutôt
error-home = Vers la première page
