states-heading = States
states-intro = Each opens a brief: regime, organisations, votes, ties, cases, and what has interrupted such tactics.
states-mark = The mark is the category of Regimes of the World in { $year }:
states-pair = A pair or a state
states-open = Open
states-gone = States that are gone
states-not-rated = not rated
organisations-heading = Organisations
organisations-intro = Each opens a brief: members and their regimes over time, cases, and what has interrupted them. The share is that of autocracies among rated full members in the last year covered.
organisations-dated = With a dated list of members in the casebook
organisations-cow = From Correlates of War IGO, to 2014
organisations-organisation = Organisation
organisations-members = Members
organisations-members-in =
    { $n ->
        [one] { $n } member in { $year }
       *[other] { $n } members in { $year }
    }
organisations-share = Autocracies
organisations-share-unit = share of rated members
organisations-majority = Majority
organisations-autocratic = autocratic
organisations-not-autocratic = not autocratic
