changes-heading = What changed
changes-intro =
    { $total ->
        [one] { $total } finding: a sentence
       *[other] { $total } findings: sentences
    } with a number, its interval where one exists, and a trace to the rows they rest on. <a href="/feed.xml">As a feed</a>.
changes-state-hint = any name
changes-nothing = No finding fits.
changes-newer = Newer
changes-older = Older
changes-changed = What is changing
changes-stands = How things stand
changes-all-of-kind = All { $n }
changes-as-list = All findings as one list, newest first
changes-why = The command below each finding walks it back to the rows and the publisher’s file; the table <a href="/table/finding">finding</a> holds them all.

# Kinds of findings; one that is missing here stands as its id in words.
finding-autocratization-under-way = Becoming more autocratic
finding-democratization-under-way = Becoming more democratic
finding-regime-change = Changed category of regime
finding-org-majority-change = Organisations that gained or lost an autocratic majority
finding-ideal-point-shift = States that moved in the General Assembly
finding-vote-shift = Pairs that vote more or less alike than ten years before
finding-org-cohesion-change = Organisations that vote more or less as one
finding-tie-trend = Pairs that drew together or apart
finding-broke-ranks = Votes against one’s own organisation
finding-arms-reliance = Where arms come from
finding-autocratic-majority-memberships = Memberships where autocracies are the majority
finding-case-profile = What the casebook holds
finding-closest-voters = Who votes most like whom
finding-frames-beyond-others = Who uses counter-norms more than others
finding-homophily = Do autocracies tie with each other
finding-org-cohesion = How far organisations vote as one
finding-org-composition = Regimes among the members of organisations
finding-other-lenders = Lenders beside the International Monetary Fund
finding-regime-category = Category of regime now
finding-substitution = After a shock: ties with autocracies
finding-threat-exposure = Exposure to the threats of the matrix
finding-voting-blocs = Blocs in the General Assembly
