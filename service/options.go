package service

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/mocks/upstream"
	"github.com/watertight-go/watertight/service/load"
)

// Options say what runs.
type Options struct {
	// Dir is the folder that packages and versions are sought from. Empty means the current one.
	Dir string
	// Sides are the versions: one alone, or the one before and the one after.
	Sides []Side
	// Flags are those of go build.
	Flags []string
	// Request is what the clients send. Texts may hold {addr}, {port} and {n}.
	Request load.Request
	// Ready is the address of the ready check. Empty means that the service is ready as
	// soon as it accepts a connection.
	Ready string
	// ReadyWithin is how long the service may take. Zero means 10 s.
	ReadyWithin time.Duration
	// Rate is the requests a second, Each how long the load of a round lasts, Rounds how
	// many there are. Zero means 150, as long as the schedule or 3 s, and 2.
	Rate   float64
	Each   time.Duration
	Rounds int
	// Warm is how long the healthy warm-up is. Zero means 2 s.
	Warm time.Duration
	// Patience is how long a patient client waits. Zero means 1.5 s.
	Patience time.Duration
	// Settle is how long nothing may fall before what is left counts, SettleMost how long
	// this is waited for. Zero means 5 s, and 30 s or three times Settle.
	Settle, SettleMost time.Duration
	// Clients are how the clients behave. None means patient, impatient and leaving ones.
	Clients []load.Client
	// Schedule is what the upstream does in each round. Nil means that it hangs.
	Schedule upstream.Schedule
	// Descriptors is the limit of the service's descriptors. Zero means 4,096, less than
	// zero that it is not lowered.
	Descriptors int
}

// Side says what one version is.
type Side struct {
	// Ref is a git ref, a published version or module@version. Empty means the working tree.
	Ref string
	// Package is the folder of a package main. Without one, Command is started.
	Package string
	// Command is a program with its arguments, Args the arguments of a package. Both may
	// hold {addr}, {port} and {upstream}, as may Env, variables as NAME=VALUE.
	Command, Args, Env []string
	// Pprof is where a command serves net/http/pprof. It may hold {addr} and {port}. A
	// package is built so that it serves pprof on a socket of its own.
	Pprof string
}

// The defaults of a run.
const (
	standardRate        = 150
	standardEach        = 3 * time.Second
	standardRounds      = 2
	standardWarm        = 2 * time.Second
	standardPatience    = 1500 * time.Millisecond
	standardSettle      = 5 * time.Second
	standardSettleMost  = 30 * time.Second
	standardDescriptors = 4096
	standardReadyWithin = 10 * time.Second
	// leastDescriptors are what a service needs to start.
	leastDescriptors = 32
)

// withDefaults fills in what is zero.
func (o Options) withDefaults() Options {
	fill(&o.Rate, standardRate)
	fill(&o.Each, length(o.Schedule))
	fill(&o.Rounds, standardRounds)
	fill(&o.Warm, standardWarm)
	fill(&o.Patience, standardPatience)
	fill(&o.Settle, standardSettle)
	fill(&o.SettleMost, max(standardSettleMost, 3*o.Settle))
	fill(&o.Descriptors, standardDescriptors)
	fill(&o.ReadyWithin, standardReadyWithin)
	if o.Request.URL == "" {
		o.Request.URL = "http://{addr}/"
	}
	if len(o.Clients) == 0 {
		o.Clients = Clients(o.Patience)
	}
	if o.Request.Protocol == load.GRPC { // only unary calls are made, which have no events
		o.Clients = slices.Clone(o.Clients)
		for i := range o.Clients {
			o.Clients[i].Events = 0
		}
	}
	if len(o.Schedule) == 0 {
		o.Schedule = upstream.Schedule{{Fault: "hang-before-headers"}}
	}
	return o
}

func fill[T comparable](v *T, standard T) {
	var zero T
	if *v == zero {
		*v = standard
	}
}

// length is how long a schedule is. Its last fault, where it has no time, is as long as a
// load that has no schedule.
func length(s upstream.Schedule) (d time.Duration) {
	for _, p := range s {
		d += p.For
	}
	if len(s) == 0 || s[len(s)-1].For == 0 {
		d += standardEach
	}
	return d
}

// Clients are the clients of a run that names none: a patient one, one that gives up
// after a tenth of the patience, and one that disconnects a little later, or after two
// events of a stream.
func Clients(patience time.Duration) []load.Client {
	return []load.Client{
		{Name: patientClient, Weight: 1, Patience: patience},
		{Name: "impatient", Weight: 1, Patience: patience / 10},
		{Name: "leaving", Weight: 1, Patience: patience, LeaveAfter: patience / 5, Events: 2},
	}
}

// check refuses impossible options, all at once.
func (o Options) check() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if n := len(o.Sides); n == 0 || n > 2 {
		wrong("got %d versions, want one, or one before and one after: name a -package or a -command", n)
	}
	for _, s := range o.Sides {
		errs = append(errs, s.check())
	}
	if _, err := fixedAddress(o.Request.URL); err != nil {
		errs = append(errs, err)
	}
	if o.Rate < 0 {
		wrong("-rate: got %g, want more than 0", o.Rate)
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{{"-for", o.Each}, {"-patience", o.Patience}, {"-settle", o.Settle}, {"-ready-within", o.ReadyWithin}, {"warm-up", o.Warm}, {"longest wait", o.SettleMost}} {
		if d.value < 0 {
			wrong("%s: got %s, want more than 0", d.name, d.value)
		}
	}
	if o.Rounds < 2 {
		wrong("-rounds: got %d, want 2 or more: one round cannot tell a pool that fills from a leak", o.Rounds)
	}
	if 0 < o.Descriptors && o.Descriptors < leastDescriptors {
		wrong("-descriptors: got %d, want %d or more, or 0: as it is", o.Descriptors, leastDescriptors)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return o.checkLoad()
}

// checkLoad refuses, before the build, what the load and the ready check would refuse after it.
func (o Options) checkLoad() error {
	at := places{addr: "127.0.0.1:1", port: "1", upstream: "http://127.0.0.1:2"}
	l := load.Options{Rate: o.Rate, For: o.Each, Clients: o.Clients, Request: at.request(o.Request)}
	if err := l.Check(); err != nil || o.Ready == "" {
		return err
	}
	l.Request = load.Request{URL: at.in(o.Ready)}
	if err := l.Check(); err != nil {
		return fmt.Errorf("-ready: %w", err)
	}
	return nil
}

func (s Side) check() error {
	switch {
	case s.Package == "" && len(s.Command) == 0:
		return errors.New("got neither a package nor a command, want one of them: -package DIR or -command 'PROGRAM ARGS'")
	case s.Package != "" && len(s.Command) > 0:
		return fmt.Errorf("got the package %s and the command %s for one version, want one of them", s.Package, s.Command[0])
	case len(s.Command) > 0 && s.Pprof == "":
		return fmt.Errorf("command %s: got no address of its net/http/pprof, want one: -pprof http://{addr}/debug/pprof, or -package, which adds it", s.Command[0])
	case len(s.Command) > 0 && s.Ref != "":
		return fmt.Errorf("command %s: got the version %s for a command, want a -package for it", s.Command[0], s.Ref)
	}
	return nil
}

// What is the package or command, as it is shown.
func (s Side) what() string {
	if s.Package != "" {
		return s.Package
	}
	return strings.Join(s.Command, " ")
}

// places are the values of the placeholders of one run of a service.
type places struct{ addr, port, upstream string }

func (p places) in(text string) string {
	return strings.NewReplacer("{addr}", p.addr, "{port}", p.port, "{upstream}", p.upstream).Replace(text)
}

func (p places) all(texts []string) (filled []string) {
	for _, t := range texts {
		filled = append(filled, p.in(t))
	}
	return filled
}

// request is what the clients send to one run of a service.
func (p places) request(r load.Request) load.Request {
	r.URL, r.Body = p.in(r.URL), p.in(r.Body)
	header := http.Header{}
	for name, values := range r.Header {
		header[name] = p.all(values)
	}
	r.Header = header
	return r
}
