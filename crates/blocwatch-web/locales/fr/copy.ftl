copy-search-intro = Tout ce que contient cette copie, par nom. Là où le navigateur exécute des scripts, un champ trouve les noms dans de nombreuses langues ; les listes ci-dessous s’en passent.
copy-nothing = Rien dans cette copie ne porte un tel nom.
copy-missing = Cette page n’est pas dans la copie
copy-missing-intro = Vous lisez une copie de l’observatoire sous forme de fichiers. Elle contient toutes les pages auxquelles mènent les liens et les listes ; les requêtes, les filtres libres et les lignes suivantes des tables nécessitent le programme, <code>blocwatch serve</code>. Les tables elles-mêmes se trouvent dans le dossier <code>data</code>, si cette copie a été faite avec elles.
copy-missing-search = Chercher dans la copie
