votes-heading = Votes à l’Assemblée générale des Nations unies
votes-intro = Questions disputées seulement : la plupart des résolutions sont adoptées sans vote. Chaque vote enregistré ouvre sa page : qui a voté comment, par régime et par organisation, et qui a rompu les rangs.
votes-words = Mots ou cote de la résolution
votes-words-hint = human rights
votes-session = Session
votes-resolution = Résolution
votes-date = Date
votes-about = Objet
votes-rollcall = vote enregistré
votes-nothing = Aucun vote enregistré ne correspond.
votes-cut = Seuls les { $most } premiers sont affichés ; précisez les mots ou la session.
votes-how = À quel point deux États votent de même : <a href="/table/agreement_dyad_session">agreement_dyad_session</a>. Comment on le mesure : <a href="/measures">mesures</a>.
votes-points = Où se situent les États
votes-states = États, six au plus
votes-calls = Votes enregistrés
