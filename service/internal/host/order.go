package host

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// variable is the environment variable that makes this program the supervisor.
const variable = "WATERTIGHT_HOST"

// order is what the supervisor is told: the first line of its standard input. Further
// lines are stopLine.
type order struct {
	// Path is empty where there is no service, only a folder to guard.
	Path string   `json:"path,omitempty"`
	Args []string `json:"args,omitempty"`
	Dir  string   `json:"dir,omitempty"`
	Env  []string `json:"env,omitempty"`
	// Descriptors is the limit; zero leaves it.
	Descriptors int `json:"descriptors,omitempty"`
	// Grace is how long it may take to end after SIGTERM.
	Grace time.Duration `json:"grace"`
	// Temp is removed where the parent is killed.
	Temp string `json:"temp,omitempty"`
	// Socket is removed at the end, and so is SocketDir, which is made at the start.
	Socket    string `json:"socket,omitempty"`
	SocketDir string `json:"socketDir,omitempty"`
	// Mark is written to the log, as a line, once the service has ended.
	Mark string `json:"mark"`
}

// standardGrace is how long a service may take to end after SIGTERM where nothing else is
// said, and stopWithin how long the supervisor may then take to end all of it.
const (
	standardGrace = 3 * time.Second
	stopWithin    = 17 * time.Second
)

// stopLine tells the supervisor to end the service.
const stopLine = "stop\n"

// report is a line that the supervisor writes.
type report struct {
	// Started is the service's process.
	Started int `json:"started,omitempty"`
	// Failed says why it could not be started.
	Failed string `json:"failed,omitempty"`
	// Ended says that the service's own process has ended.
	Ended *status `json:"ended,omitempty"`
	// Stopped is the last report.
	Stopped *stopped `json:"stopped,omitempty"`
}

// status is how a process ended: by an exit code, or by a signal.
type status struct {
	Code   int    `json:"code"`
	Signal string `json:"signal,omitempty"`
}

// stopped is how ending the service went.
type stopped struct {
	// Ignored: its own process had to be killed.
	Ignored bool `json:"ignored,omitempty"`
	// Left are the processes that the service had started and not ended.
	Left int `json:"left,omitempty"`
	// Alive are those that could not be ended.
	Alive int `json:"alive,omitempty"`
}

// order is what a Spec means for the supervisor.
func (s Spec) order() order {
	o := order{Path: s.Path, Args: s.Args, Dir: s.Dir, Grace: s.Grace, Descriptors: s.Descriptors, Temp: s.Temp, Socket: s.socket.path, SocketDir: s.socket.dir}
	o.Env = withProfileRate(environment(s.Dir, s.Env))
	if s.socket.path != "" {
		o.Env = append(o.Env, pprofVariable+"="+s.socket.path)
	}
	return o
}

// environment is that of this process with more, for a process in a folder.
func environment(dir string, more []string) []string {
	env := os.Environ()
	if folder, err := filepath.Abs(dir); err == nil {
		env = append(env, "PWD="+folder)
	}
	cmd := exec.Cmd{Env: append(env, more...)}
	return slices.DeleteFunc(cmd.Environ(), func(v string) bool {
		return strings.HasPrefix(v, variable+"=") || strings.HasPrefix(v, pprofVariable+"=")
	})
}

const (
	godebug = "GODEBUG="
	// profileRate makes the heap profile of a Go program show what is small. The default
	// is one sample for each 512 KiB.
	profileRate = "memprofilerate=4096"
)

// withProfileRate adds profileRate to GODEBUG, where that does not set another one.
func withProfileRate(env []string) []string {
	i := slices.IndexFunc(env, func(v string) bool { return strings.HasPrefix(v, godebug) })
	switch {
	case i < 0:
		return append(env, godebug+profileRate)
	case env[i] == godebug:
		env[i] += profileRate
	case !strings.Contains(env[i], "memprofilerate="):
		env[i] += "," + profileRate
	}
	return env
}
