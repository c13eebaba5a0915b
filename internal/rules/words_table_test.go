package rules

// scope says where a retired word is not used.
type scope int

const (
	// everywhere: in names, comments and documents.
	everywhere scope = iota
	// names: in identifiers and file names. In a sentence the word is plain
	// English, as in "look at the report".
	names
	// constants: in names of constants. A variable may be called others.
	constants
)

// retired are words that this project once used and that a reader had to learn
// before the code could be read, each with the standard term to use instead.
// They are compared as whole words, in lower case, with camelCase and
// under_scores taken apart.
var retired = []struct {
	word, instead string
	scope         scope
}{
	{"adopt", "attribute (a goroutine to a test)", names},
	{"beat", "heartbeat", everywhere},
	{"beats", "heartbeat", everywhere},
	{"camera", "profile recorder", everywhere},
	{"course", "series, rounds under way", everywhere},
	{"crew", "agents; the mock is mocks.FaultRunner", everywhere},
	{"crowd", "many, parallel tests, wide fan-out", everywhere},
	{"crowded", "beside parallel tests", everywhere},
	{"crowds", "many agents, wide fan-outs", everywhere},
	{"docket", "evaluation (a scenario with its observation)", everywhere},
	{"drain", "wait until the growth is released", names},
	{"drained", "released", names},
	{"family", "lineage", everywhere},
	{"fate", "expectation (what an agent must end as)", everywhere},
	{"fates", "expectations", everywhere},
	{"filer", "nothing: it is gone", everywhere},
	{"hire", "add (an agent)", everywhere},
	{"hired", "added", everywhere},
	{"house", "repository, project", everywhere},
	{"kin", "lineage, ancestors, descendants", everywhere},
	{"law", "rule", everywhere},
	{"laws", "rules", everywhere},
	{"look", "inspect, inspection, snapshot, check", names},
	{"looked", "inspected, checked", names},
	{"looks", "inspections, checks", names},
	{"mine", "owned by the test", constants},
	{"newcomer", "goroutine started later", everywhere},
	{"newcomers", "goroutines started later", everywhere},
	{"nobodys", "unattributed", everywhere},
	{"others", "owned by another test", constants},
	{"pile", "many", everywhere},
	{"piles", "many", everywhere},
	{"plant", "defect, planted defect", names},
	{"plants", "defects, planted defects", names},
	{"pulse", "activity of self-rearming timers", everywhere},
	{"remains", "leftovers", names},
	{"room", "package, layer", everywhere},
	{"rooms", "packages, layers", everywhere},
	{"ruling", "clause check", everywhere},
	{"rulings", "clause checks", everywhere},
	{"soiled", "dirty", everywhere},
	{"staff", "agents", everywhere},
	{"stray", "unattributed", everywhere},
	{"strays", "unattributed", everywhere},
	{"tallies", "counters", everywhere},
	{"tally", "counters", everywhere},
	{"teeth", "self-test", everywhere},
}

// retiredPhrases refer to texts that a reader does not have.
var retiredPhrases = []struct{ phrase, instead string }{
	{"the analysis", "say what was claimed, or link docs/case.md"},
	{"design.md, section", "docs/design.md"},
	{"floors of the design", "the import rules"},
	{"option 1", "name the executor"},
	{"option 2", "name the executor"},
	{"option 3", "name the executor"},
	{"issue 13", "say why, not where it was decided"},
}
