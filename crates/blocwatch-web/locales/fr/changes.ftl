changes-heading = Ce qui a changé
changes-intro =
    { $total ->
        [one] { $total } constat : une phrase
       *[other] { $total } constats : des phrases
    } avec un nombre, son intervalle là où il existe, et de quoi remonter aux lignes qui en sont la base. <a href="/feed.xml">En flux</a>.
changes-state-hint = n’importe quel nom
changes-nothing = Aucun constat ne correspond.
changes-newer = Plus récents
changes-older = Plus anciens
changes-changed = Ce qui change
changes-stands = L’état des choses
changes-all-of-kind = Tout voir ({ $n })
changes-as-list = Tous les constats en une liste, les plus récents d’abord
changes-why = La commande placée sous chaque constat permet de remonter aux lignes et au fichier de l’éditeur ; la table <a href="/table/finding">finding</a> les contient tous.

finding-autocratization-under-way = Deviennent plus autocratiques
finding-democratization-under-way = Deviennent plus démocratiques
finding-regime-change = Ont changé de catégorie de régime
finding-org-majority-change = Organisations qui ont acquis ou perdu une majorité autocratique
finding-ideal-point-shift = États qui se sont déplacés à l’Assemblée générale
finding-vote-shift = Paires dont les votes se ressemblent davantage, ou moins, que dix ans auparavant
finding-org-cohesion-change = Organisations dont la cohésion de vote a augmenté ou diminué
finding-tie-trend = Paires qui se sont rapprochées ou éloignées
finding-broke-ranks = Votes à l’encontre de sa propre organisation
finding-arms-reliance = D’où viennent les armes
finding-autocratic-majority-memberships = Appartenances à des organisations où les autocraties sont majoritaires
finding-case-profile = Ce que contient le recueil de cas
finding-closest-voters = Qui vote le plus comme qui
finding-frames-beyond-others = Qui emploie les contre-normes plus que d’autres
finding-homophily = Les autocraties se lient-elles entre elles ?
finding-org-cohesion = À quel point les organisations votent d’une seule voix
finding-org-composition = Les régimes parmi les membres des organisations
finding-other-lenders = Des prêteurs à côté du Fonds monétaire international
finding-regime-category = Catégorie de régime actuelle
finding-substitution = Après un choc : liens avec des autocraties
finding-threat-exposure = Exposition aux menaces de la matrice
finding-voting-blocs = Blocs à l’Assemblée générale
