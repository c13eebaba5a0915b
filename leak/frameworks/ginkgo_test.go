package frameworks

import (
	"os"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
)

func TestGinkgoSpecs(t *testing.T) {
	isSuite(t)
	RegisterFailHandler(Fail)
	RunSpecs(t, "specs")
}

var _ = Describe("checked in the spec", func() {
	It("is clean", func() {
		leak.Check(GinkgoT())
		work()
	})
	It("leaks", func() {
		leak.Check(GinkgoT())
		startLeak()
	})
})

var _ = Describe("checked before each spec", func() {
	BeforeEach(func() { leak.Check(GinkgoT()) })

	It("is clean", func() { work() })
	It("leaks", func() { startLeak() })
	It("ends in DeferCleanup what it starts", func() {
		quit, ended := make(chan bool), make(chan bool)
		go func() { defer close(ended); <-quit }()
		DeferCleanup(func() { close(quit); <-ended })
	})
	It("leaks from DeferCleanup", func() {
		DeferCleanup(startLeak)
	})
	DescribeTable("a table", func(leaks bool) {
		if leaks {
			startLeak()
		}
	},
		Entry("clean entry", false),
		Entry("leaking entry", true),
	)
	It("fails by itself", func() { Expect(1).To(Equal(2)) })
})

// Two specs may have the same name.
var _ = Describe("checked in the spec", func() {
	It("leaks", func() {
		leak.Check(GinkgoT())
		startLeak()
	})
})

var _ = Describe("checked in an ordered container", Ordered, func() {
	BeforeEach(func() { leak.Check(GinkgoT()) })

	It("starts clean", func() { work() })
	It("leaks in order", func() { startLeak() })
})

func TestGinkgo(t *testing.T) {
	if os.Getenv(suiteVar) != "" {
		t.Skip("the suite runs")
	}
	out, code := runSuite(t, "TestGinkgoSpecs", "-ginkgo.no-color")
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "Ran 12 of 12 Specs")
	require.Contains(t, out, "5 Passed | 7 Failed")
	for spec, times := range map[string]int{
		"checked in the spec [DeferCleanup (Each)] leaks":                        2,
		"checked before each spec [DeferCleanup (Each)] leaks":                   1,
		"checked before each spec [DeferCleanup (Each)] leaks from DeferCleanup": 1,
		"checked before each spec [DeferCleanup (Each)] a table leaking entry":   1,
		"checked in an ordered container [DeferCleanup (Each)] leaks in order":   1,
		"checked before each spec [It] fails by itself":                          1,
	} {
		require.Equal(t, times, strings.Count(out, "[FAIL] "+spec+"\n"), "%s in:\n%s", spec, out)
	}
	require.Equal(t, 6, strings.Count(out, "goroutine left behind"), out)
}
