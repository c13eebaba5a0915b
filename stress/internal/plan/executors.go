package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
)

// chooseExecutors fills in before, after and executors.
func (p *Plan) chooseExecutors(a Options, all []executor.Spec) error {
	var allowed []string
	for _, x := range all {
		allowed = append(allowed, x.Name)
	}
	lookup := func(flag, name, usual string, fallback int) (executor.Spec, error) {
		if name == "" {
			name = usual
			if !slices.Contains(allowed, usual) {
				name = allowed[fallback]
			}
		}
		i := slices.Index(allowed, name)
		if i < 0 {
			return executor.Spec{}, fmt.Errorf("%s: got executor %q, want one of %s", flag, name, strings.Join(allowed, ", "))
		}
		return all[i], nil
	}
	if len(all) < 2 {
		return fmt.Errorf("executors: got %q alone, want two or more: stress.Main takes them beside yours, as in append(exhibits.Specs(), mine)", allowed[0])
	}
	var err error
	if p.Before, err = lookup("-before", a.Before, "waitgroup", 0); err != nil {
		return err
	}
	if p.After, err = lookup("-after", a.After, "reference", len(all)-1); err != nil {
		return err
	}
	if p.Before.Name == p.After.Name {
		return fmt.Errorf("-before and -after: got %q for both, want two of %s", p.Before.Name, strings.Join(allowed, ", "))
	}
	chosen := []string{p.Before.Name, p.After.Name}
	for _, name := range Items(a.Executors, allowed) {
		x, err := lookup("-executors", name, "", 0)
		if err != nil {
			return err
		}
		chosen = append(chosen, x.Name)
	}
	// Before first and after last, the others between them in their own order.
	p.Executors = append(p.Executors, p.Before)
	for _, x := range all {
		if slices.Contains(chosen, x.Name) && x.Name != p.Before.Name && x.Name != p.After.Name {
			p.Executors = append(p.Executors, x)
		}
	}
	p.Executors = append(p.Executors, p.After)
	return nil
}

// candidate is the executor that -executor names: by default the usual one.
func candidate(a Options, all []executor.Spec) (executor.Spec, error) {
	if a.After == "" {
		for _, x := range all {
			if x.Name == "reference" {
				return x, nil
			}
		}
		return all[len(all)-1], nil
	}
	var allowed []string
	for _, x := range all {
		if x.Name == a.After {
			return x, nil
		}
		allowed = append(allowed, x.Name)
	}
	return executor.Spec{}, fmt.Errorf("-executor: got %q, want one of %q", a.After, allowed)
}
