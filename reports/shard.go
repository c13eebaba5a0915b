package reports

import (
	"errors"
	"time"

	"github.com/watertight-go/watertight/internal/shard"
)

// Shard is one part of a run that was split. It has whole scenarios with all of
// their executors, so that everything that is compared was measured on one
// machine.
type Shard struct {
	// Name is the value of the -shard flag, as "2/4".
	Name string `json:"name"`
	// Scenarios are the names of the scenarios that it ran.
	Scenarios []string `json:"scenarios"`
	// Created, Elapsed and Environment are as in Report.
	Created     time.Time   `json:"created"`
	Elapsed     int64       `json:"elapsedNs"`
	Environment Environment `json:"environment"`
	// Partial is why the shard did not finish; empty for a whole one.
	Partial string `json:"partial,omitempty"`
}

// Part reads the name: "2/4" is part 2 of 4.
func (s Shard) Part() (index, count int, err error) {
	if s.Name == "" {
		return 0, 0, errors.New(`got "", want I/N, as in 2/4`)
	}
	p, err := shard.Parse(s.Name)
	return p.Index, p.Count, err
}
