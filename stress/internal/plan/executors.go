package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/nearest"
)

// The executors that are compared where nothing else is asked for.
const (
	usualBefore       = "waitgroup"
	usualStreamBefore = "stream-unbuffered"
	usualAfter        = "reference"
)

// able are the executors that can run what was asked for: streams or calls.
func able(o Options, all []executor.Spec) []executor.Spec {
	return slices.DeleteFunc(slices.Clone(all), func(x executor.Spec) bool {
		return o.Streams && x.NewStream == nil || !o.Streams && x.New == nil
	})
}

// chooseExecutors fills in Before, After and Executors.
func (p *Plan) chooseExecutors(o Options, all []executor.Spec) error {
	switch {
	case len(all) == 0 && o.Streams:
		return errors.New("-streams: got no executor with streams, want two or more with Spec.NewStream")
	case len(all) == 0:
		return errors.New("executors: got none that takes calls, want two or more with Spec.New, or -streams")
	case len(all) == 1:
		return fmt.Errorf("executors: got %q alone, want two or more: stress.Main takes them beside yours, as in append(exhibits.Specs(), mine)", all[0].Name)
	}
	before := usualBefore
	if o.Streams {
		before = usualStreamBefore
	}
	var err error
	if p.Before, err = lookup("-before", o.Before, usual(all, before, all[0]), all); err != nil {
		return err
	}
	if p.After, err = lookup("-after", o.After, usual(all, usualAfter, all[len(all)-1]), all); err != nil {
		return err
	}
	if p.Before.Name == p.After.Name {
		return fmt.Errorf("-before and -after: got %q for both, want two of %s", p.Before.Name, strings.Join(names(all), ", "))
	}
	chosen := []string{p.Before.Name, p.After.Name}
	for _, name := range Items(o.Executors, names(all)) {
		x, err := lookup("-executors", name, "", all)
		if err != nil {
			return err
		}
		chosen = append(chosen, x.Name)
	}
	p.Executors = inOrder(p.Before, p.After, all, chosen)
	return nil
}

// inOrder are the chosen executors: before, the others in their own order, after.
func inOrder(before, after executor.Spec, all []executor.Spec, chosen []string) []executor.Spec {
	list := []executor.Spec{before}
	for _, x := range all {
		if slices.Contains(chosen, x.Name) && x.Name != before.Name && x.Name != after.Name {
			list = append(list, x)
		}
	}
	return append(list, after)
}

// candidate is the one executor of a quick run.
func candidate(o Options, all []executor.Spec) (executor.Spec, error) {
	return lookup("-executor", o.After, usual(all, usualAfter, all[len(all)-1]), all)
}

// usual is the name of the usual executor, or of another where all lack it.
func usual(all []executor.Spec, name string, other executor.Spec) string {
	if slices.Contains(names(all), name) {
		return name
	}
	return other.Name
}

// lookup is the executor that a flag names. An empty name stands for the default.
func lookup(flag, name, byDefault string, all []executor.Spec) (executor.Spec, error) {
	if name == "" {
		name = byDefault
	}
	known := names(all)
	i := slices.Index(known, name)
	if i < 0 {
		return executor.Spec{}, fmt.Errorf("%s: %w", flag, nearest.Unknown("executor", name, known, "stress list shows all"))
	}
	return all[i], nil
}

func names(all []executor.Spec) []string {
	list := make([]string, len(all))
	for i, x := range all {
		list[i] = x.Name
	}
	return list
}
