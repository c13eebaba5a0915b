package leak

import "fmt"

// compare fills in what belongs to the whole process.
func (f *finder) compare(r *Report) {
	if f.opts.Heap {
		if f.base.heap == nil {
			r.Warnings = append(r.Warnings, "heap not compared: the baseline was taken without it")
		} else {
			now := measureMemory()
			r.Heap, r.Stacks, r.HeapMeasured = now.heap-f.base.heap.heap, now.stacks-f.base.heap.stacks, true
		}
	}
	if !f.opts.Descriptors {
		return
	}
	n, err := countDescriptors()
	switch {
	case err != nil:
		r.Warnings = append(r.Warnings, fmt.Sprintf("descriptors not compared: %v", err))
	case f.base.descriptors == nil:
		r.Warnings = append(r.Warnings, "descriptors not compared: the baseline was taken without them")
	default:
		r.Descriptors, r.DescriptorsMeasured = n-*f.base.descriptors, true
	}
}
