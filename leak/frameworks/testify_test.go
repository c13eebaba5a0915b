package frameworks

import (
	"testing"

	"github.com/stretchr/testify/suite"

	"github.com/watertight-go/watertight/leak"
)

// eachSuite checks every method.
type eachSuite struct{ suite.Suite }

func (s *eachSuite) SetupTest() { leak.Check(s.T()) }

func (s *eachSuite) TestClean() { work() }
func (s *eachSuite) TestLeaks() { startLeak() }
func (s *eachSuite) TestEndsInCleanup() {
	quit := make(chan bool)
	go func() { <-quit }()
	s.T().Cleanup(func() { close(quit) })
}

func (s *eachSuite) TestSub() {
	s.Run("clean", func() { work() })
	s.Run("leaks", func() { leak.Check(s.T()); startLeak() })
}

// someSuite checks some of its methods. What TearDownTest ends is no leak.
type someSuite struct {
	suite.Suite
	quit chan bool
}

func (s *someSuite) SetupTest()    { s.quit = make(chan bool) }
func (s *someSuite) TearDownTest() { close(s.quit) }

func (s *someSuite) TestClean() { leak.Check(s.T()); go func() { <-s.quit }() }
func (s *someSuite) TestLeaks() { leak.Check(s.T()); startLeak() }

func TestTestifyEach(t *testing.T) { isSuite(t); suite.Run(t, new(eachSuite)) }
func TestTestifySome(t *testing.T) { isSuite(t); suite.Run(t, new(someSuite)) }

func TestTestify(t *testing.T) {
	requireResults(t, "TestTestifyEach",
		[]string{"TestTestifyEach/TestClean", "TestTestifyEach/TestEndsInCleanup", "TestTestifyEach/TestSub/clean"},
		[]string{"TestTestifyEach/TestLeaks", "TestTestifyEach/TestSub/leaks"})
	requireResults(t, "TestTestifySome", []string{"TestTestifySome/TestClean"}, []string{"TestTestifySome/TestLeaks"})
}
