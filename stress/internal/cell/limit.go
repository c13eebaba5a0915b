package cell

import (
	"context"
	"fmt"
	"os"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/internal/thin"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

const (
	// threadLimit and descriptorLimit are what the limits are lowered to: far more
	// than a process needs that keeps clause 6, also where the machine is late and more
	// calls are under way, and less than the load asks for.
	threadLimit     = 400
	descriptorLimit = 800
)

// observeLimit runs a load under a lowered limit and notes the first limit that is
// met. Where the limit ends the process, the parent reads it from the output.
func (c Cell) observeLimit(ctx context.Context, spec executor.Spec, limit loads.Limit) (scenarios.Observation, error) {
	s, err := c.scenario()
	if err != nil {
		return scenarios.Observation{}, err
	}
	file, err := os.Create(c.Progress)
	if err != nil {
		return scenarios.Observation{}, fmt.Errorf("stress: limit: %w", err)
	}
	defer file.Close()
	lowered, restore, err := lower(limit)
	if err != nil {
		return scenarios.Observation{}, err
	}
	w := &limitWatch{file: file, lowered: lowered}
	o, err := observe.Run(ctx, s, w.watch(spec), observe.Options{
		Settle: settle, Sample: sampleEvery,
		// Inspecting what is left, and writing the result, need descriptors again.
		Moment: func(moment string) ([]scenarios.ProfileFile, error) {
			if moment != momentStart {
				restore()
			}
			return nil, nil
		},
	})
	restore()
	o.Series = thin.Evenly(o.Series, seriesAtMost)
	o.Limit = w.met()
	switch {
	case limit == loads.Threads && !mocks.SyscallBlocks:
		o.Warnings = append(o.Warnings, "no thread is held on this system: the agents block on a channel instead of in a system call")
	case lowered != "" && o.Limit == nil:
		o.Warnings = append(o.Warnings, "no limit was met, though it was "+lowered)
	}
	return o, err
}

// lower lowers a limit of this process. lowered says what was done, empty where
// nothing was; restore may be called more than once.
func lower(limit loads.Limit) (lowered string, restore func(), err error) {
	switch limit {
	case loads.Threads:
		return lowerThreads(threadLimit), func() {}, nil
	case loads.Descriptors:
		return lowerDescriptors(descriptorLimit)
	}
	return "", func() {}, nil
}
