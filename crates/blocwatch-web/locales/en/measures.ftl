measures-heading = Measures
measures-intro = What is measured, how, how sure it is, and where it comes from. Each can be computed again under other settings and regime measures: <code>blocwatch measure NAME --set key=value</code>, <code>blocwatch sensitivity NAME</code>.
measures-interval = Interval
measures-parameters = Parameters
measures-sources = Sources of the method
measures-example = A worked example
