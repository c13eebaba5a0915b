package judge

// touchesNoInput is clause 10.
func (e *evaluation) touchesNoInput(check *clauseCheck) {
	check.want = "agents, history and input are not modified, and there is no data race"
	for _, what := range e.o.InputTouched {
		check.fail("%s", what)
	}
	for _, race := range e.o.Races {
		check.fail("data race: %s", race)
	}
	check.got = "inputs not modified"
	if e.o.Race {
		check.got += ", no data race reported"
	} else {
		check.got += " (data races are unknown: this binary was not built with -race)"
	}
}
