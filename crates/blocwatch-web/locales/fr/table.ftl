table-page = Table { $name }
table-kind = Table · une ligne représente : { $unit }
table-count =
    { $rows ->
        [one] { $rows } ligne.
       *[other] { $rows } lignes.
    }
table-of-these = de ces lignes (100 000 au plus à la fois)
table-as-sql = en SQL
table-state-hint = n’importe quel nom ou code
table-partner = Avec
table-partner-hint = l’autre État
table-organisation = Organisation
table-years = Années
table-where = Conditions
table-where-hint = colonne>=valeur; …
table-columns = Colonnes
table-nothing = Aucune ligne ne correspond. La table <a href="/table/coverage">coverage</a> dit si cela signifie que rien ne s’est passé ou que rien n’est couvert.
table-before = Précédent
table-page-number = Page { $number }
table-next = Suivant
table-column = Colonne
table-unit = Unité
table-what = Ce que c’est
table-key = clé
