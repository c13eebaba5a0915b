package judge

// touchesNoInput is clause 10.
func (e *evaluation) touchesNoInput(check *clauseCheck) {
	check.want = "agents, history and input stay as they were, without a data race"
	for _, what := range e.o.InputTouched {
		check.fail("%s", what)
	}
	for _, race := range e.o.Races {
		check.fail("data race: %s", race)
	}
	check.got = "inputs untouched"
	if e.o.Race {
		check.got += ", no data race reported"
	} else {
		check.got += " (data races: this binary was not built with -race)"
	}
}
