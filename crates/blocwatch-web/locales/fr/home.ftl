home-page = L’observatoire ouvert de la collaboration autoritaire
home-heading = Qui travaille avec qui, par quel canal, contre quelle menace
home-intro = Blocwatch tient un registre unique et sourcé de la collaboration entre autocraties, la mesure, dit ce qui a changé et signale ce qui l’a déjà interrompue. Chaque nombre peut être suivi jusqu’à la ligne du fichier de l’éditeur.
home-ask = Un État, une organisation, un cas
home-ask-hint = Kirghizistan, SCO, foreign agents
home-questions = Des questions auxquelles il répond
home-questions-yours = Des exemples ; les mêmes pages répondent pour tout État et toute organisation : cherchez les vôtres ci-dessus.
home-q-memberships = À quelles organisations à majorité autocratique le Kirghizistan appartient-il, et depuis quand ?
home-q-majorities = Dans quelles organisations les autocraties sont-elles majoritaires ?
home-q-observers = Qui envoie des observateurs pour cautionner des élections inéquitables ?
home-q-laws = Qui a copié les lois répressives de qui ?
home-q-interrupted = Qu’est-ce qui a arrêté la copie de telles lois ?
home-q-arms = De qui l’Arménie dépend-elle pour ses armes ?
home-q-xinjiang = Qui s’est rangé du côté de la Chine au sujet du Xinjiang ?
home-q-votes = À quel point la Russie et le Bélarus votent-ils de même aux Nations unies ?
home-q-words = Qui parle d’un « monde multipolaire », et depuis quand ?
home-q-backsliding = Quels États deviennent plus autocratiques aujourd’hui ?
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
home-regimes-source = Regimes of the World, d’après la publication de V-Dem ; <a href="/states">tous les États</a>.
home-changed = Ce qui a changé
home-all-findings = <a href="/changes">Tous les constats</a> · <a href="/feed.xml">en flux</a>
home-no-findings = Cet observatoire ne contient aucun constat : récupérez des sources et construisez-le.
home-matrix = La matrice
home-matrix-intro =
    { $total ->
        [one] { $total } cas codé, par tactique et par canal.
       *[other] { $total } cas codés, par tactique et par canal.
    } Une cellule ouvre ses cas ; <a href="/matrix">filtrer par acteur, rôle et années</a>. Un zéro signifie qu’aucun cas de ce genre n’a été codé.
