votes-heading = Votaciones en la Asamblea General de la ONU
votes-intro = Solo asuntos controvertidos: la mayoría de las resoluciones se aprueban sin votación. Cada votación nominal abre su página: cómo votó cada uno, por régimen y organización, y quién se apartó de los suyos.
votes-words = Palabras o signatura
votes-words-hint = human rights
votes-session = Período de sesiones
votes-resolution = Resolución
votes-date = Fecha
votes-about = Asunto
votes-rollcall = votación nominal
votes-nothing = Ninguna votación nominal cumple los criterios.
votes-cut = Solo se muestran las primeras { $most }; acote las palabras o el período de sesiones.
votes-how = Cuánto se parecen los votos de dos Estados: <a href="/table/agreement_dyad_session">agreement_dyad_session</a>. Cómo se mide: <a href="/measures">medidas</a>.
votes-points = Dónde se sitúan los Estados
votes-states = Estados, seis como máximo
votes-calls = Votaciones nominales
