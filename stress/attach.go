package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/watertight-go/watertight/attach"
	"github.com/watertight-go/watertight/attach/forms"
	"github.com/watertight-go/watertight/stress/internal/assemble"
	"github.com/watertight-go/watertight/stress/internal/terminal"
)

// attachArgs are the flags of attach.
type attachArgs struct {
	colorArgs
	Targets []string      `arg:"" optional:"" name:"url" help:"Services with net/http/pprof, such as http://localhost:6060; or one folder of profile files."`
	For     time.Duration `help:"How long to watch." default:"4m" placeholder:"4m"`
	Every   time.Duration `help:"Interval of the profiles. It grows where a profile takes more than a hundredth of it." default:"2s" placeholder:"2s"`
	Metrics []string      `help:"Counters of Prometheus or expvar, of each service in order: requests and descriptors." placeholder:"URL"`
	Counter string        `help:"Name of the counter of requests. Default: guessed." placeholder:"NAME"`
	Format  string        `help:"terminal, markdown, html, json, junit or sarif." default:"terminal" placeholder:"FORMAT"`
	JSON    bool          `name:"json" help:"The same as -format json."`
}

// run is the attach command.
func (a *attachArgs) run(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	code, err := a.attach(ctx, stdout, stderr)
	if err != nil {
		return ExitTrouble, fmt.Errorf("attach: %w", err)
	}
	return code, nil
}

func (a *attachArgs) attach(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	if err := a.check(); err != nil {
		return ExitTrouble, err
	}
	o, err := a.observe(ctx, stderr)
	if err != nil {
		return ExitTrouble, err
	}
	r := attach.Judge(o)
	r.Tool = "stress " + assemble.Version()
	return r.ExitCode(), a.print(stdout, r)
}

// check refuses impossible values before anything is asked.
func (a *attachArgs) check() error {
	if a.JSON {
		a.Format = "json"
	}
	err := oneOf("-format", "format", a.Format, append([]string{"terminal"}, slices.Sorted(maps.Keys(forms.Formats))...)...)
	return errors.Join(err, a.checkColor(), a.checkTargets())
}

func (a *attachArgs) checkTargets() error {
	switch {
	case len(a.Targets) == 0:
		return errors.New("got no service, want its address, such as http://localhost:6060, or a folder of profiles")
	case len(a.Metrics) > len(a.Targets):
		return fmt.Errorf("-metrics: got %d addresses, want one for each of %d services at most", len(a.Metrics), len(a.Targets))
	case a.For < 0 || a.Every < 0:
		return errors.New("-for, -every: got a negative time, want a positive one")
	}
	return nil
}

// observe reads a folder, or watches services.
func (a *attachArgs) observe(ctx context.Context, stderr io.Writer) (attach.Observation, error) {
	if info, err := os.Stat(a.Targets[0]); err == nil && info.IsDir() && len(a.Targets) == 1 {
		return attach.ReadFolder(a.Targets[0])
	}
	progress, done := terminal.NewRewriter(stderr)
	defer done()
	options := a.options()
	o, err := attach.Watch(ctx, options, progress)
	if err != nil {
		return o, err
	}
	return o, attach.Confirm(ctx, &o, options, progress)
}

func (a *attachArgs) options() attach.Options {
	o := attach.Options{For: a.For, Every: a.Every, Counter: a.Counter}
	for i, url := range a.Targets {
		t := attach.Target{URL: url}
		if i < len(a.Metrics) {
			t.Metrics = a.Metrics[i]
		}
		o.Targets = append(o.Targets, t)
	}
	return o
}

func (a *attachArgs) print(stdout io.Writer, r attach.Result) error {
	if render, ok := forms.Formats[a.Format]; ok {
		return render(stdout, r)
	}
	to := forms.Terminal{Color: a.colored(stdout)}
	if fd, ok := terminal.Of(stdout); ok {
		to.Width = min(terminal.Columns(fd), 100)
	}
	return forms.Text(stdout, r, to)
}
