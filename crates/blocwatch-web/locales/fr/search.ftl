search-heading = Recherche
search-what = Quoi
search-near = Rien n’a tous les mots de « { $q } » dans son nom, tels qu’ils sont écrits. Les plus proches :
search-nothing = Rien ne s’appelle « { $q } », et rien ne s’en approche.
search-texts = Dans les discours et les traités
search-texts-soon = Les discours et les traités sont en cours d’indexation pour la première fois ; redemandez dans une minute.
search-texts-failed = Les discours et les traités n’ont pas pu être indexés ; les messages du serveur disent pourquoi.
search-instead = Aucun texte ne contient « { $word } » ; « { $other } » a été cherché à la place.
search-no-word = Aucun texte ne contient « { $word } ».
search-found =
    { $n ->
        [one] { $n } texte contient ces mots.
       *[other] { $n } textes contiennent ces mots.
    }
search-quotes = Les mots entre guillemets doivent se suivre immédiatement.
search-before = Précédent
search-next = Suivant
