error-search = Rechercher plutôt
error-home = Vers la première page
error-404 = Introuvable
error-400 = Demande non comprise
error-422 = Trop à la fois
error-500 = Cette page n’a pas pu être produite
