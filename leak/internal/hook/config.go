package hook

import (
	"flag"
	"io"
	"strings"
	"time"
)

// Env is the environment variable with the Config: flags, each ended by separator. Without
// it Attach does nothing.
const Env = "WATERTIGHT_TESTS"

const separator = "\x1f"

// Config is what the driver tells a test binary.
type Config struct {
	// Dir is the folder in which a binary that the go command has started makes its file
	// of records, and GoTmpDir what its tests find in the variable GOTMPDIR. It is empty
	// for a binary that runs again.
	Dir, GoTmpDir string
	// Records is the file that a binary that runs again appends its records to, and Parent
	// the process that has started it. In any other process, such as a child of a test,
	// Attach does nothing.
	Records string
	Parent  int
	// Settle is how long goroutines are given to end. Zero means the default of
	// package leak.
	Settle time.Duration
	// Timeout is how long the tests may run, without the time that checks take. Zero
	// means no limit.
	Timeout time.Duration
	// Defect makes each test leak a goroutine, to see whether it is found.
	Defect bool
	// Allocations measures what is allocated while a test runs.
	Allocations bool
	// Rounds says that the test that runs is run in rounds; zero for a check.
	Rounds RoundsConfig
}

// readConfig reads the value of the variable.
func readConfig(text string) (*Config, error) {
	var c Config
	flags := flag.NewFlagSet(Env, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&c.Dir, "dir", "", "")
	flags.StringVar(&c.GoTmpDir, "gotmpdir", "", "")
	flags.StringVar(&c.Records, "records", "", "")
	flags.IntVar(&c.Parent, "parent", 0, "")
	flags.DurationVar(&c.Settle, "settle", 0, "")
	flags.DurationVar(&c.Timeout, "timeout", 0, "")
	flags.BoolVar(&c.Defect, "defect", false, "")
	flags.BoolVar(&c.Allocations, "allocations", false, "")
	flags.IntVar(&c.Rounds.Rounds, "rounds", 0, "")
	flags.DurationVar(&c.Rounds.Time, "roundtime", 0, "")
	return &c, flags.Parse(strings.Split(strings.TrimSuffix(text, separator), separator))
}
