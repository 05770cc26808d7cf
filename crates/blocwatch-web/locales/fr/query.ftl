query-heading = Requête
query-intro = Un seul SELECT sur toutes les <a href="/data">tables</a> : lecture seule, dix secondes, les { $most } premières lignes sont affichées ici.
query-run = Exécuter
query-wrong = La requête n’a pas été exécutée
query-rows =
    { $rows ->
        [one] { $rows } ligne.
       *[other] { $rows } lignes.
    }
query-cut = Il y en a d’autres.
