about-page = À propos, corrections, ne pas nuire
about-heading = À propos de Blocwatch
about-intro = L’observatoire ouvert de la collaboration autoritaire. À partir de données publiques et d’un recueil de cas relu, il établit un registre unique et sourcé de qui travaille avec qui, par quel canal et contre quelle menace ; il mesure cette collaboration, dit ce qui a changé et signale ce qui l’a déjà interrompue.
about-harm = Ne pas nuire
about-harm-1 = Aucun individu n’est nommé nulle part : les programmes qui lisent les sources écartent les colonnes personnelles avant que quoi que ce soit ne soit écrit. Les unités sont des États, des organisations, des groupes et des catégories.
about-harm-2 = Pas d’accusation par cooccurrence : les rôles sont tenus séparés, et un hôte, un État d’origine, un cadre institutionnel ou une cible n’est pas un commanditaire.
about-harm-3 = Les mots qui expriment la probabilité et ceux qui expriment la confiance ne figurent pas dans une même phrase ; toute affirmation nomme sa source, et les affirmations concurrentes sont présentées côte à côte.
about-harm-4 = Les pages ne demandent rien à personne d’autre que ce serveur : ni script, ni police de caractères, ni compteur. Le journal ne contient pas d’adresses.
about-harm-5 = Chaque entrée sur une interruption dit qui peut en pâtir. À lire en premier.
about-read = Comment lire l’observatoire
about-read-1 = Zéro, non couvert, censuré (coupé là où une source commence ou s’arrête) et non public sont quatre choses différentes. Une valeur hors de la couverture de sa source est absente (null), et la table <a href="/table/coverage">coverage</a> dit pourquoi.
about-read-2 = Un nombre de cas dit ce qui a été codé, non la fréquence des faits.
about-read-3 = La concordance des votes prend un ordre du jour partagé pour un alignement ; pour établir un classement, prendre le kappa, qui retranche la part du hasard.
about-grades = Cotes
about-grades-intro = Deux marques, dont on ne fait jamais la moyenne : la fiabilité de la source et la crédibilité de l’énoncé.
about-corrections = Corrections
about-corrections-intro = Une correction figure à côté de ce qu’elle corrige, avec sa date et sa source ; rien n’est retiré en silence. Le format du recueil de cas et la manière de proposer une correction se trouvent dans le dépôt du programme, <code>knowledge/README.md</code>.
about-corrections-none = Aucune à ce jour.
about-cite = Blocwatch { $version }, observatoire { $key }. Citez aussi les éditeurs des données : <a href="/data">sources</a>, ou <code>blocwatch cite</code> pour BibTeX.
about-concepts = Les concepts suivent C. Cottiero (2024), <em>Understanding and Interrupting Modern Day Autocratic Collaboration</em>, IFES. Le code est sous licence Apache-2.0, le recueil de cas sous CC BY 4.0, les données sous les licences de leurs éditeurs.
about-languages = Langues
about-languages-intro = L’interface est traduite message par message ; là où un message manque, l’anglais en tient lieu. Aucun locuteur natif n’a encore relu les traductions : en cas de différence, le texte anglais fait foi. Les données, les notes de synthèse et les cas sont en anglais.
about-language = { $done } messages sur { $all }
