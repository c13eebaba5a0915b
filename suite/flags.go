package suite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/gocmd"
	"github.com/watertight-go/watertight/suite/internal/launch"
)

// oldest is the oldest Go that the check can be added with.
const oldest = "go1.24"

// checkGo is the version of the go command. The error says why it cannot run tests under a
// check here.
func checkGo(ctx context.Context, o Options) (version string, err error) {
	out, err := gocmd.Output(ctx, o.Dir, o.environ(), "go", "env", "GOVERSION", "GOMOD", "GOWORK")
	if ctx.Err() != nil {
		return "", fmt.Errorf("suite: %w", ctx.Err())
	}
	if err != nil {
		return "", fmt.Errorf("suite: %w: install %s or newer", err, oldest)
	}
	answers := append(strings.Split(string(out), "\n"), "", "", "")
	mod, work := answers[1], answers[2]
	switch version = answers[0]; {
	case isOlder(version, oldest):
		return "", fmt.Errorf("suite: got %s, want %s or newer: set GOTOOLCHAIN=%s.0 for this run", version, oldest, oldest)
	case mod == "":
		return "", fmt.Errorf("suite: got GO111MODULE=off, want modules: unset it")
	case mod == os.DevNull && (work == "" || work == "off"):
		dir, _ := filepath.Abs(o.Dir)
		return "", fmt.Errorf("suite: %s: not in a module: got no go.mod here or above; run this in a module's folder, or make one by go mod init", dir)
	}
	return version, nil
}

// environ is the environment of the go command; nil for that of this process.
func (o Options) environ() []string {
	if len(o.Env) == 0 {
		return nil
	}
	return append(os.Environ(), o.Env...)
}

var goVersion = regexp.MustCompile(`^go(\d+)\.(\d+)`)

// isOlder compares two versions of Go without their last number. One that is being
// developed is no older.
func isOlder(version, than string) bool {
	var a, b [2]int
	number := func(s string, to *[2]int) bool {
		_, err := fmt.Sscanf(goVersion.FindString(s), "go%d.%d", &to[0], &to[1])
		return err == nil
	}
	return number(version, &a) && number(than, &b) && (a[0] < b[0] || a[0] == b[0] && a[1] < b[1])
}

// flag is the value of a flag of go test, the last one where there are several.
func (o Options) flag(name string) (value string, ok bool) {
	for _, f := range o.Flags {
		if n, v, _ := strings.Cut(strings.TrimLeft(f, "-"), "="); n == name {
			value, ok = v, true
		}
	}
	return value, ok
}

const (
	// defaultTimeout is that of go test.
	defaultTimeout = 10 * time.Minute
	// checksTime is what the go command grants beside the user's time-out: the time of
	// checks does not count. The hook keeps the user's.
	checksTime = 24 * time.Hour
)

// timeout is how long the tests of a package may run; zero is for ever.
func (o Options) timeout() time.Duration {
	value, _ := o.flag("timeout")
	if d, err := time.ParseDuration(value); err == nil {
		return d
	}
	return defaultTimeout
}

// checkedFlags are the user's flags as they hold beside an overlay. The patterns of
// -coverpkg would match the added packages, whose files are in no folder.
func (o Options) checkedFlags(ctx context.Context) (flags []string, err error) {
	for _, f := range o.Flags {
		name, value, _ := strings.Cut(strings.TrimLeft(f, "-"), "=")
		switch name {
		case "overlay", "timeout":
			continue // as Overlay and the hook have them
		case "run":
			f = "-run=" + value + "|^" + launch.LastExample + "$"
		case "coverpkg":
			args := append([]string{"list"}, gocmd.BuildFlags(o.Flags)...)
			out, err := gocmd.Output(ctx, o.Dir, o.environ(), "go", append(args, strings.Split(value, ",")...)...)
			if err != nil {
				return nil, fmt.Errorf("suite: -coverpkg: %w", err)
			}
			f = "-coverpkg=" + strings.Join(strings.Fields(string(out)), ",")
		}
		flags = append(flags, f)
	}
	if timeout := o.timeout(); timeout > 0 {
		timeout += checksTime
		return append(flags, "-timeout="+timeout.String()), nil
	}
	return append(flags, "-timeout=0"), nil
}
