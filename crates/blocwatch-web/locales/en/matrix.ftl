matrix-page = Matrix of threats, responses and tactics
matrix-heading = The matrix
matrix-intro =
    Which tactics answer which threat, and through which channel. { $total ->
        [one] { $total } coded case of collaboration fits;
       *[other] { $total } coded cases of collaboration fit;
    } a cell opens them. Counts say what has been coded, not how often it happens; a zero means that no such case is coded.
matrix-channels = The channels
matrix-corner = Response and tactic
matrix-all = All
matrix-unit = cases
matrix-against = Against { $threat }:
matrix-by-year = By year
