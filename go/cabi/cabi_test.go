package cabi

import (
	"encoding/json"
	"os"
	"testing"
)

func TestTheMarksAreTheHostsToo(t *testing.T) {
	text, err := os.ReadFile("../../conformance/protocol.json")
	if err != nil {
		t.Fatal(err)
	}
	var wanted struct {
		Marks map[string]uint64 `json:"overflow_marks"`
		Head  int               `json:"overflow_loan_head"`
	}
	if err := json.Unmarshal(text, &wanted); err != nil {
		t.Fatal(err)
	}
	if len(wanted.Marks) != 2 || wanted.Marks["loan"] != markLoan || wanted.Marks["response_and_loan"] != markResponseAndLoan || wanted.Head != loanHead {
		t.Fatalf("wanted %+v", wanted)
	}
	if got := handOver(&Overflow{Loan: 5}); got != 5<<2|markLoan {
		t.Fatalf("a loan: %x", got)
	}
	response := make([]byte, 1024)
	if got := handOver(&Overflow{Response: &response[0], Loan: 5}); got&3 != markResponseAndLoan {
		t.Fatalf("a response: %x", got)
	}
}
