package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kballard/go-shellquote"

	"github.com/watertight-go/watertight/mocks/upstream"
	"github.com/watertight-go/watertight/service"
	"github.com/watertight-go/watertight/service/load"
	"github.com/watertight-go/watertight/stress/internal/assemble"
	"github.com/watertight-go/watertight/stress/internal/folder"
	"github.com/watertight-go/watertight/stress/internal/terminal"
)

// serviceArgs are the flags of service.
type serviceArgs struct {
	colorArgs
	Package []string `help:"Folder of the service's package main. Two: the one before and the one after." placeholder:"DIR"`
	Before  string   `help:"Compare with this version of the package: a git ref, a published version or module@version." placeholder:"REF"`
	After   string   `help:"The version that is compared with it. Default: the working tree." placeholder:"REF"`
	Command []string `help:"Start this in place of a package; needs -pprof. Two: before and after." placeholder:"'PROGRAM ARGS'"`
	Pprof   []string `help:"Where each command serves net/http/pprof." placeholder:"URL"`
	Args    string   `help:"Arguments of the packages." placeholder:"'ARGS'"`
	Env     []string `help:"Variables of the service. {addr}, {port} and {upstream} are filled in here, in -args, -command, -url, -ready and -pprof." placeholder:"NAME=VALUE" sep:"none"`
	serviceLoadArgs
	Schedule    string `help:"What the upstream does in each round, as 'ok:1s,hang-before-headers:2s,429:1s'." default:"hang-before-headers" placeholder:"FAULTS"`
	Descriptors int    `help:"Limit of the service's descriptors; 0: as it is." default:"4096" placeholder:"N"`
	Tags        string `help:"Build tags, comma separated." placeholder:"A,B"`
	Chdir       string `short:"C" help:"Run in this folder." placeholder:"DIR"`
	Format      string `help:"terminal, markdown, html, json, junit or sarif." default:"terminal" placeholder:"FORMAT"`
	JSON        bool   `name:"json" help:"The same as -format json."`
	Out         string `short:"o" help:"Write the report in all forms into this folder." placeholder:"DIR"`
}

// serviceLoadArgs say what the clients do.
type serviceLoadArgs struct {
	URL         string        `name:"url" help:"What the clients ask for. {n} is the number of the request." default:"http://{addr}/" placeholder:"URL"`
	Method      string        `help:"Method of the requests. Default: GET, or POST with -body and of grpc." placeholder:"METHOD"`
	Body        string        `help:"Body of the requests." placeholder:"TEXT"`
	Header      []string      `help:"Headers of the requests." placeholder:"'NAME: VALUE'" sep:"none"`
	Protocol    string        `help:"http1, h2c (HTTP/2 without TLS) or grpc (unary, over h2c)." default:"http1" placeholder:"NAME"`
	Ready       string        `help:"Address that answers 200 when the service is ready. Default: it accepts connections." placeholder:"URL"`
	ReadyWithin time.Duration `help:"How long the service may take to be ready." default:"10s" placeholder:"10s"`
	Rate        float64       `help:"Requests a second under faults." default:"150" placeholder:"N"`
	For         time.Duration `help:"How long the load of a round lasts. Default: as long as the schedule; a last fault without a time counts 3s." placeholder:"3s"`
	Rounds      int           `help:"How often the faults are played: what grows only once is no leak." default:"2" placeholder:"N"`
	Clients     string        `help:"Which clients there are, with their parts of the requests." default:"patient:1,impatient:1,leaving:1" placeholder:"A:N,B:N"`
	Patience    time.Duration `help:"How long a patient client waits. An impatient one waits a tenth, a leaving one disconnects after a fifth." default:"1500ms" placeholder:"1.5s"`
	Settle      time.Duration `help:"How long nothing may fall before what is left counts: more than the service's own time-outs." default:"5s" placeholder:"5s"`
}

// run is the service command.
func (a *serviceArgs) run(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	if err := a.check(); err != nil {
		return ExitTrouble, fmt.Errorf("service: %w", err)
	}
	o, err := a.options()
	if err != nil {
		return ExitTrouble, fmt.Errorf("service: %w", err)
	}
	progress, done := terminal.NewRewriter(stderr)
	seen, err := service.Run(ctx, o, progress)
	done()
	if err != nil {
		return ExitTrouble, err
	}
	r := service.Judge(seen)
	r.Tool = "stress " + assemble.Version()
	return r.ExitCode(), errors.Join(a.printService(stdout, r, a.Format), a.publish(stdout, r))
}

// check refuses impossible values before anything is built.
func (a *serviceArgs) check() error {
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
	return errors.Join(checkServiceFormat(a.Format), a.checkColor(), a.checkUse())
}

// checkUse refuses flags that would have no effect, and values that would mean the default.
func (a *serviceArgs) checkUse() error {
	var errs []error
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	wrong(len(a.Package) > 0 && len(a.Command) > 0, "got -package and -command, want one of them")
	wrong(len(a.Pprof) > 0 && len(a.Command) == 0, "-pprof: got an address without a -command: a -package serves its profiles by itself")
	wrong(len(a.Pprof) > max(1, len(a.Command)), "-pprof: got %d addresses, want one, or one for each -command", len(a.Pprof))
	wrong(a.Args != "" && len(a.Package) == 0, "-args: got arguments without a -package: write those of a -command into it")
	wrong(a.Tags != "" && len(a.Package) == 0, "-tags: got build tags without a -package")
	wrong(a.Rate <= 0, "-rate: got %g, want more than 0", a.Rate)
	wrong(a.Settle <= 0, "-settle: got %s, want more than 0", a.Settle)
	wrong(a.ReadyWithin <= 0, "-ready-within: got %s, want more than 0", a.ReadyWithin)
	wrong(a.Rounds < 2, "-rounds: got %d, want 2 or more: one round cannot tell a pool that fills from a leak", a.Rounds)
	return errors.Join(errs...)
}

// options are those of the run.
func (a *serviceArgs) options() (o service.Options, err error) {
	o = service.Options{Dir: a.Chdir, Ready: onService(a.Ready), Rate: a.Rate, Each: a.For, Rounds: a.Rounds, Patience: a.Patience, Settle: a.Settle,
		ReadyWithin: a.ReadyWithin, Descriptors: a.Descriptors}
	if a.Descriptors == 0 {
		o.Descriptors = -1
	}
	if a.Tags != "" {
		o.Flags = append(o.Flags, "-tags="+a.Tags)
	}
	var errs [4]error
	o.Sides, errs[0] = a.sides()
	o.Request, errs[1] = a.request()
	o.Clients, errs[2] = a.clients()
	o.Schedule, errs[3] = upstream.Parse(a.Schedule)
	return o, errors.Join(errs[:]...)
}

// sides are the versions that are named.
func (a *serviceArgs) sides() (all []service.Side, err error) {
	args, err := shellquote.Split(a.Args)
	if err != nil {
		return nil, fmt.Errorf("-args: got %q: %w", a.Args, err)
	}
	for _, p := range a.Package {
		all = append(all, service.Side{Package: p, Args: args, Env: a.Env})
	}
	for i, c := range a.Command {
		words, err := shellquote.Split(c)
		if err != nil {
			return nil, fmt.Errorf("-command: got %q: %w", c, err)
		}
		if len(words) == 0 {
			return nil, errors.New("-command: got an empty one, want a program with its arguments")
		}
		s := service.Side{Command: words, Env: a.Env}
		if len(a.Pprof) > 0 {
			s.Pprof = a.Pprof[min(i, len(a.Pprof)-1)]
		}
		all = append(all, s)
	}
	if a.Before == "" && a.After == "" {
		return all, nil
	}
	switch {
	case len(a.Command) > 0 || len(a.Package) == 0 || len(all) > 2:
		return nil, errors.New("-before, -after: got a version, want one -package, or two, of which it is the version")
	case a.Before == "" && len(all) == 1:
		return nil, errors.New("-after: got a version after, want one before as well: -before REF")
	case len(all) == 1:
		all = append(all, all[0])
	}
	all[0].Ref, all[1].Ref = a.Before, a.After
	return all, nil
}

// onService is an address of the service where only a path is given.
func onService(url string) string {
	if strings.HasPrefix(url, "/") {
		return "http://{addr}" + url
	}
	return url
}

func (a *serviceArgs) request() (load.Request, error) {
	r := load.Request{Method: a.Method, URL: onService(a.URL), Body: a.Body, Header: http.Header{}, Protocol: load.Protocol(a.Protocol)}
	for _, h := range a.Header {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			return r, fmt.Errorf("-header: got %q, want 'NAME: VALUE'", h)
		}
		r.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return r, oneOf("-protocol", "protocol", a.Protocol, "http1", "h2c", "grpc")
}

// publish writes a result into the folder in all forms.
func (a *serviceArgs) publish(stdout io.Writer, r service.Result) error {
	if err := publishAll(a.Out, folder.OfService(r)); err != nil || a.Out == "" {
		return err
	}
	if a.Format == "terminal" {
		fmt.Fprintf(stdout, "\nThe report is in %s: report.html, report.md, report.json, junit.xml and report.sarif.\n", a.Out)
	}
	return nil
}

// clients are those that are named, with their parts of the requests.
func (a *serviceArgs) clients() (all []load.Client, err error) {
	var errs []error
	if a.Patience <= 0 {
		return nil, fmt.Errorf("-patience: got %s, want more than 0", a.Patience)
	}
	known := map[string]load.Client{}
	var names []string
	for _, c := range service.Clients(a.Patience) {
		known[c.Name], names = c, append(names, c.Name)
	}
	for part := range strings.SplitSeq(a.Clients, ",") {
		name, weight, given := strings.Cut(strings.TrimSpace(part), ":")
		c, ok := known[name]
		if !ok {
			errs = append(errs, oneOf("-clients", "client", name, names...))
			continue
		}
		if given {
			c.Weight, err = strconv.Atoi(weight)
			if err != nil || c.Weight <= 0 {
				errs = append(errs, fmt.Errorf("-clients: got the part %q of %s, want a number above 0", weight, name))
			}
		}
		all = append(all, c)
	}
	return all, errors.Join(errs...)
}
