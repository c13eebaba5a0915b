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
	"github.com/watertight-go/watertight/attach/accepted"
	"github.com/watertight-go/watertight/attach/discover"
	"github.com/watertight-go/watertight/attach/forms"
	"github.com/watertight-go/watertight/stress/internal/assemble"
	"github.com/watertight-go/watertight/stress/internal/folder"
	"github.com/watertight-go/watertight/stress/internal/terminal"
)

// attachArgs are the flags of attach.
type attachArgs struct {
	colorArgs
	Targets    []string      `arg:"" optional:"" name:"url" help:"Services with net/http/pprof, such as http://localhost:6060; or one folder of profile files."`
	For        time.Duration `help:"How long to watch." default:"4m" placeholder:"4m"`
	Every      time.Duration `help:"Interval of the profiles, at least. Slow answers make it longer." default:"2s" placeholder:"2s"`
	Metrics    []string      `help:"Counters of Prometheus or expvar, one address for each service." placeholder:"URL"`
	Counter    string        `help:"Name of the counter of requests. Default: guessed." placeholder:"NAME"`
	Prometheus string        `help:"Choose the services among the targets of this Prometheus server." placeholder:"URL"`
	K8S        string        `name:"k8s" help:"Choose pods by label, through kubectl proxy." placeholder:"[NS/]LABEL=VALUE[:PORT]"`
	Proxy      string        `help:"Where kubectl proxy listens." default:"http://127.0.0.1:8001" placeholder:"URL"`
	Most       int           `help:"Services to choose at most." default:"10" placeholder:"N"`
	Stacks     string        `help:"At the end, write the stacks of all goroutines into this folder (debug=2), below 2,000 of them." placeholder:"DIR"`
	Baseline   string        `help:"Places in this list do not fail the watch. See docs/attach.md." placeholder:"SITES.YAML"`
	Format     string        `help:"terminal, markdown, html, json, junit or sarif." default:"terminal" placeholder:"FORMAT"`
	JSON       bool          `name:"json" help:"The same as -format json."`
	Out        string        `short:"o" help:"Write the report in all forms into this folder." placeholder:"DIR"`
}

// run is the attach command: watch, confirm, judge, print.
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
	list, err := a.load()
	if err != nil {
		return ExitTrouble, err
	}
	o, err := a.observe(ctx, stderr)
	if err != nil {
		return ExitTrouble, err
	}
	r := attach.Judge(o)
	r.Tool = "stress " + assemble.Version()
	if list != nil {
		r = list.Apply(r, time.Now())
	}
	return r.ExitCode(), errors.Join(a.show(stdout, r, a.Format), a.publish(stdout, r))
}

// check refuses impossible values before anything is asked.
func (a *attachArgs) check() error {
	if a.JSON {
		a.Format = "json"
	}
	if a.Out != "" {
		out, err := folder.New(a.Out)
		if err != nil {
			return err
		}
		out.Discard()
	}
	return errors.Join(checkAttachFormat(a.Format), a.checkColor(), a.checkTargets())
}

func checkAttachFormat(format string) error {
	return oneOf("-format", "format", format, append([]string{"terminal"}, slices.Sorted(maps.Keys(forms.Formats))...)...)
}

func (a *attachArgs) checkTargets() error {
	chosen := a.Prometheus != "" || a.K8S != ""
	switch {
	case len(a.Targets) == 0 && !chosen:
		return errors.New("got no service, want its address, such as http://localhost:6060, or a folder of profiles")
	case len(a.Metrics) > len(a.Targets):
		return fmt.Errorf("-metrics: got %d addresses, want one for each of %d services at most", len(a.Metrics), len(a.Targets))
	case a.For <= 0 || a.Every <= 0 || a.Most <= 0:
		return errors.New("-for, -every, -most: got zero or less, want more")
	}
	return nil
}

// load reads the list of accepted places; nil where none is asked for.
func (a *attachArgs) load() (*accepted.List, error) {
	if a.Baseline == "" {
		return nil, nil
	}
	l, err := accepted.Load(a.Baseline)
	if err != nil {
		return nil, fmt.Errorf("-baseline: %w", err)
	}
	return l, nil
}

// observe reads a folder, or watches services.
func (a *attachArgs) observe(ctx context.Context, stderr io.Writer) (attach.Observation, error) {
	if len(a.Targets) == 1 {
		if info, err := os.Stat(a.Targets[0]); err == nil && info.IsDir() {
			return attach.ReadFolder(a.Targets[0])
		}
	}
	progress, done := terminal.NewRewriter(stderr)
	defer done()
	options, err := a.options(ctx)
	if err != nil {
		return attach.Observation{}, err
	}
	o, err := attach.Watch(ctx, options, progress)
	if err != nil {
		return o, err
	}
	if err := attach.Confirm(ctx, &o, options, progress); err != nil || a.Stacks == "" {
		return o, err
	}
	return o, attach.WriteStacks(ctx, &o, options, a.Stacks)
}

// options are the services that are named, and those that are found.
func (a *attachArgs) options(ctx context.Context) (attach.Options, error) {
	o := attach.Options{For: a.For, Every: a.Every, Counter: a.Counter}
	for i, url := range a.Targets {
		t := attach.Target{URL: url}
		if i < len(a.Metrics) {
			t.Metrics = a.Metrics[i]
		}
		o.Targets = append(o.Targets, t)
	}
	if a.Prometheus != "" {
		found, err := discover.Prometheus(ctx, a.Prometheus, discover.Options{Most: a.Most})
		if err != nil {
			return o, err
		}
		o.Targets = append(o.Targets, found...)
	}
	if a.K8S != "" {
		found, err := discover.Pods(ctx, a.Proxy, a.K8S, discover.Options{Most: a.Most})
		if err != nil {
			return o, err
		}
		o.Targets = append(o.Targets, found...)
	}
	return o, nil
}

// show prints a result.
func (a colorArgs) show(stdout io.Writer, r attach.Result, format string) error {
	if render, ok := forms.Formats[format]; ok {
		return render(stdout, r)
	}
	return forms.Text(stdout, r, a.screen(stdout))
}

// publish writes a result into the folder in all forms.
func (a *attachArgs) publish(stdout io.Writer, r attach.Result) error {
	if err := publishAll(a.Out, folder.OfWatch(r)); err != nil || a.Out == "" {
		return err
	}
	if a.Format == "terminal" {
		fmt.Fprintf(stdout, "\nThe report is in %s: report.html, report.md, report.json, junit.xml and report.sarif.\n", a.Out)
	}
	return nil
}

// showWatch shows a stored result of attach. It returns attach.ErrOther for another file.
func (a *reportArgs) showWatch(stdout io.Writer) (int, error) {
	r, err := attach.Load(a.File)
	if err == nil {
		err = errors.Join(checkAttachFormat(a.Format), a.checkColor())
	}
	if err == nil {
		err = a.show(stdout, r, a.Format)
	}
	if err != nil {
		return ExitTrouble, err
	}
	return r.ExitCode(), nil
}
