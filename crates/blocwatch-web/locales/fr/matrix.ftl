matrix-page = Matrice des menaces, des réponses et des tactiques
matrix-heading = La matrice
matrix-intro =
    Quelles tactiques répondent à quelle menace, et par quel canal. { $total ->
        [one] { $total } cas de collaboration codé correspond ;
       *[other] { $total } cas de collaboration codés correspondent ;
    } une cellule ouvre les siens. Les nombres disent ce qui a été codé, non la fréquence des faits ; un zéro signifie qu’aucun cas de ce genre n’est codé.
matrix-channels = Les canaux
matrix-corner = Réponse et tactique
matrix-all = Tous
matrix-unit = cas
matrix-against = Contre la menace « { $threat } » :
matrix-by-year = Par année
