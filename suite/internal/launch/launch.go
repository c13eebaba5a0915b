// Package launch starts the go command and test binaries, and sees to it that they end
// with this program, also where it is killed. All processes between are this program
// again, in one of two roles:
//
//	driver -> supervisor -> go test -> test binary
//	driver -> repeater -> test binary that runs again
//
// Both read standard input, whose other end the driver holds: it ends with the driver. They
// then end what they have started, and remove the temporary folder. A test binary leads a
// process group of its own. It says so in the first line of its file of records, which the
// driver removes when the go command has ended the package: a file of records that is
// there is that of a binary that runs.
package launch

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/child"
)

// variable is the environment variable that says which role this process has.
const variable = "WATERTIGHT_LAUNCH"

type role string

const (
	supervisor role = "supervisor"
	repeater   role = "repeater"
)

// order is what a process is told by the variable.
type order struct {
	Role role `json:"role"`
	// Dir is the folder for what is needed meanwhile.
	Dir string `json:"dir,omitempty"`
	// Hook is what the hook is told; nil for none.
	Hook *Hook `json:"hook,omitempty"`
}

// Hook is what the hook in a test binary is told: hook.Config.
type Hook struct {
	// Dir and GoTmpDir are for a binary that the go command starts, Records and Parent for
	// one that runs again.
	Dir      string        `json:"dir,omitempty"`
	GoTmpDir string        `json:"goTmpDir,omitempty"`
	Records  string        `json:"records,omitempty"`
	Parent   int           `json:"parent,omitempty"`
	Settle   time.Duration `json:"settleNs,omitempty"`
	// Timeout is how long the tests of the binary may run; zero for no limit.
	Timeout time.Duration `json:"timeoutNs,omitempty"`
	Defect  bool          `json:"defect,omitempty"`

	Allocations bool `json:"allocations,omitempty"`
	// Rounds says that a test runs in rounds; nil for a check.
	Rounds *Rounds `json:"rounds,omitempty"`
}

// Rounds is hook.RoundsConfig.
type Rounds struct {
	Rounds int           `json:"rounds"`
	Time   time.Duration `json:"timeNs"`
}

// hookVariable is hook.Env, hookSeparator what ends each flag in it.
const (
	hookVariable  = "WATERTIGHT_TESTS"
	hookSeparator = "\x1f"
)

// env is the configuration as a variable of the environment: flags, which a test binary
// can read without a JSON package.
func (h Hook) env() string {
	flags := []string{
		"-dir=" + h.Dir, "-gotmpdir=" + h.GoTmpDir, "-records=" + h.Records,
		fmt.Sprintf("-parent=%d", h.Parent),
		fmt.Sprintf("-settle=%s", h.Settle), fmt.Sprintf("-timeout=%s", h.Timeout),
		fmt.Sprintf("-defect=%t", h.Defect), fmt.Sprintf("-allocations=%t", h.Allocations),
	}
	if h.Rounds != nil {
		flags = append(flags, fmt.Sprintf("-rounds=%d", h.Rounds.Rounds), fmt.Sprintf("-roundtime=%s", h.Rounds.Time))
	}
	return hookVariable + "=" + strings.Join(flags, hookSeparator) + hookSeparator
}

// env is the order as a variable of the environment.
func (o order) env() string {
	text, _ := json.Marshal(o)
	return variable + "=" + string(text)
}

// Main does what this process was started for, and returns its exit code. It returns
// false where it has none of the roles. args are those of the program without its name.
func Main(args []string) (code int, ok bool) {
	text, ok := os.LookupEnv(variable)
	if !ok {
		return 0, false
	}
	os.Unsetenv(variable)
	code, err := do(text, args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "start %v: %v\n", args, err)
	}
	return code, true
}

func do(text string, args []string) (int, error) {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return 2, fmt.Errorf("%s: %w", variable, err)
	}
	if len(args) == 0 {
		return 2, errors.New("got no program, want its path and arguments")
	}
	if o.Role == supervisor {
		return o.supervise(args)
	}
	return o.repeat(args)
}

// command is the process that args describe, with the standard streams of this one.
func command(args []string, env ...string) *exec.Cmd {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd
}

// repeat runs a test binary again, in the process group of this process.
func (o order) repeat(args []string) (int, error) {
	child.LifelineWith(func() { _ = os.RemoveAll(o.Dir) })
	cmd := command(args)
	if o.Hook != nil {
		o.Hook.Parent = os.Getpid()
		cmd.Env = append(cmd.Env, o.Hook.env())
	}
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return 2, err
	}
	return cmd.ProcessState.ExitCode(), nil
}
