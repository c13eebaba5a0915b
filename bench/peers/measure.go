package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/watertight-go/watertight/bench"
)

// measurer measures the subjects on one job after the other.
type measurer struct {
	plan     bench.Plan
	subjects []bench.Subject
	progress io.Writer
	// keep stores a row.
	keep func(row) error
}

// choose finds subjects by name. Without names it returns all.
func choose(names []string) ([]bench.Subject, error) {
	all := subjects()
	if len(names) == 0 {
		return all, nil
	}
	var known []string
	for _, s := range all {
		known = append(known, s.Name)
	}
	var out []bench.Subject
	for _, name := range names {
		i := slices.Index(known, name)
		if i < 0 {
			return nil, fmt.Errorf("subject: got %q, want one of %s", name, strings.Join(known, ", "))
		}
		out = append(out, all[i])
	}
	return out, nil
}

// sizes are the numbers of agents that make sense for a job. 10,000 HTTP requests
// at once need more descriptors than a process may have. A million agents that use
// their context show nothing that a million instant agents do not show. Memory for
// each agent hardly depends on the number: see memoryAgents.
var sizes = map[string][]int{
	"instant": {5, 100, 10_000, 1_000_000},
	"context": {5, 100, 10_000},
	"http":    {5, 100},
	"cancel":  {5, 100, 10_000},
	"memory":  {10_000},
}

// memoryAgents is how many agents are blocked when memory is measured.
const memoryAgents = 100_000

// measure keeps a row for each subject, if so many agents make sense for the job.
func (m measurer) measure(job string, agents int) error {
	if !slices.Contains(sizes[job], agents) {
		return nil
	}
	switch job {
	case "memory":
		return m.memory()
	case "cancel":
		return m.pairs(job, agents, bench.CancelFloor(agents), func(s bench.Subject) (bench.Rounds, func(), error) { return s.CancelRounds(agents) })
	}
	var j bench.Job
	switch job {
	case "instant":
		j = bench.Instant(agents)
	case "context":
		j = bench.Touching(agents)
	case "http":
		var closeServer func()
		j, closeServer = bench.Loopback(agents)
		defer closeServer()
	}
	return m.pairs(job, agents, bench.Floor(j), func(s bench.Subject) (bench.Rounds, func(), error) { return s.Rounds(j) })
}

// pairs measures each subject beside the floor.
func (m measurer) pairs(job string, agents int, floor bench.Rounds, of func(bench.Subject) (bench.Rounds, func(), error)) error {
	for _, s := range m.subjects {
		rounds, closeSubject, err := of(s)
		if err != nil {
			return err
		}
		pairs, err := bench.Interleave(floor, rounds, m.plan)
		closeSubject()
		if err != nil {
			return err
		}
		ratio := pairs.Ratio()
		fmt.Fprintf(m.progress, "%-8s %9d  %-20s %v\n", job, agents, s.Name, ratio)
		if err := m.keep(row{Job: job, Agents: agents, Subject: s.Name, Ratio: &ratio}); err != nil {
			return err
		}
	}
	return nil
}

// memory measures each subject in a process of its own; see bench.BlockedMemory.
func (m measurer) memory() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	names := []string{floorName}
	for _, s := range m.subjects {
		names = append(names, s.Name)
	}
	for _, name := range names {
		cmd := exec.Command(self, "memory", name, "--agents", strconv.Itoa(memoryAgents))
		cmd.Stderr = m.progress
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("memory of %s: %w", name, err)
		}
		bytes, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		if err != nil {
			return fmt.Errorf("memory of %s: got %q, want a number: %w", name, out, err)
		}
		fmt.Fprintf(m.progress, "%-8s %9d  %-20s %.0f B/agent\n", "memory", memoryAgents, name, bytes)
		if err := m.keep(row{Job: "memory", Agents: memoryAgents, Subject: name, Bytes: bytes}); err != nil {
			return err
		}
	}
	return nil
}

// floorName is the name of the floor in a row of its own.
const floorName = "floor"

// blockedMemory measures one subject in this process.
func blockedMemory(subject string, agents int) (float64, error) {
	if subject == floorName {
		return bench.FloorMemory(agents), nil
	}
	chosen, err := choose([]string{subject})
	if err != nil {
		return 0, err
	}
	return chosen[0].BlockedMemory(agents)
}
