package forms

import (
	"fmt"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/suite"
)

// allocations names the tests that allocate more or less than before.
func (p *printer) allocations(all []suite.Allocation) {
	if len(all) == 0 {
		return
	}
	p.b.WriteByte('\n')
	p.wrapped("", allocationsTitle(all), plain)
	for _, a := range all[:min(len(all), rowsShown)] {
		p.wrapped("    ", fmt.Sprintf("%s: %s -> %s (%s)", subject(a.TestName), allocated(a.Before), allocated(a.After), change(a)), plain)
	}
	p.andMore(len(all), "of them")
}

func allocationsTitle(all []suite.Allocation) string {
	return fmt.Sprintf("%s otherwise than before (medians; this fails nothing):", plural.Count(len(all), "test")+" "+plural.Form(len(all), "allocates", "allocate"))
}

// allocated is how much, as in "120 objects, 3.2 KiB".
func allocated(a suite.Allocated) string {
	return fmt.Sprintf("%s, %s", plural.Count(int(a.Objects), "object"), format.Size(float64(a.Bytes)))
}

// change is that of the objects in per cent.
func change(a suite.Allocation) string {
	if a.Before.Objects == 0 {
		return "none before"
	}
	return fmt.Sprintf("%+.1f %%", 100*(float64(a.After.Objects)/float64(a.Before.Objects)-1))
}
