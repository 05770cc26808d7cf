interruptions-heading = Ce qui a interrompu la collaboration
interruptions-intro = Pour chaque entrée : ce qu’il faut, qui peut agir, le bilan, la façon dont les régimes se sont adaptés et qui peut en pâtir. Affichées : { $shown } sur { $total }.
interruptions-response = Face à la réponse
interruptions-tactic = Face à la tactique
interruptions-uses =
    { $uses ->
        [one] { $uses } usage documenté ; succès au moins partiel : { $worked }
       *[other] { $uses } usages documentés ; succès au moins partiel : { $worked }
    }
interruptions-no-use = aucun usage documenté dont l’issue soit connue
interruptions-nothing = Aucune entrée ne correspond.
interruption-kind = Interruption · { $kind }
interruption-harm = Ne pas nuire
interruption-fits = Convient quand
interruption-actors = Qui peut agir
interruption-record = Bilan
interruption-adapted = Comment les régimes se sont adaptés
