package stress

// Names of the scenarios that this package runs beside the catalogue, and of
// those of the catalogue that a claim is about.
const (
	accumulationName = "accumulation"
	sequentialName   = "accumulation-sequential"
	cappedName       = "accumulation-max-in-flight"
	timelineName     = "timeline"
	limitPrefix      = "blocking-"
	clientName       = "client-memory"
)

// toolsNames are the scenarios of the catalogue in which the context is done
// between two tools.
var toolsNames = []string{"tool-chain-cancelled", "tool-chain-timeout"}

// limitKinds are the ways of blocking whose first limit is looked for.
var limitKinds = []string{"channel", "syscall", "socket"}
