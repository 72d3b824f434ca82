package bridge

import (
	"encoding/json"
	"maps"
	"os"
	"testing"
)

// protocol is conformance/protocol.json, without what is cabi's.
type protocol struct {
	Version      *int              `json:"abi_version"`
	Statuses     map[string]uint64 `json:"init_statuses"`
	Tags         map[string]uint64 `json:"envelope_tags"`
	Faults       map[string]uint64 `json:"fault_kinds"`
	Builtins     map[string]uint64 `json:"builtins"`
	BuiltinSlots uint64            `json:"builtin_slots"`
	Extensions   map[string]uint64 `json:"ext_codes"`
	Editings     map[string]uint64 `json:"editings"`
	Operations   map[string]uint64 `json:"host_operations"`
	Numbers      map[string]uint64 `json:"number_kinds"`
	Loans        map[string]uint64 `json:"loan_kinds"`
	HandleFlags  map[string]uint64 `json:"handle_flags"`
	TypeFlags    map[string]uint64 `json:"type_flags"`
	TypeNumbers  map[string]uint64 `json:"type_numbers"`
	DepthLimit   uint64            `json:"depth_limit"`
}

// numbered returns the numbers of an enum by name.
func numbered(names []string) map[string]uint64 {
	all := make(map[string]uint64)
	for number, name := range names {
		if name != "" {
			all[name] = uint64(number)
		}
	}
	return all
}

func TestTheProtocolIsTheHostsToo(t *testing.T) {
	text, err := os.ReadFile("../../conformance/protocol.json")
	if err != nil {
		t.Fatal(err)
	}
	var wanted protocol
	if err := json.Unmarshal(text, &wanted); err != nil {
		t.Fatal(err)
	}
	for _, enum := range []struct {
		name          string
		found, wanted map[string]uint64
	}{
		{"statuses", map[string]uint64{"ready": Ready, "unsupported_abi": UnsupportedABI, "different_digest": DifferentDigest}, wanted.Statuses},
		{"envelope tags", numbered(envelopeTags[:]), wanted.Tags},
		{"fault kinds", numbered(faultKinds[:]), wanted.Faults},
		{"builtins", numbered(builtins[:]), wanted.Builtins},
		{"extension codes", numbered(extCodes[:]), wanted.Extensions},
		{"editings", numbered(editings[:]), wanted.Editings},
		{"host operations", numbered(hostOperations[:]), wanted.Operations},
		{"number kinds", numbered(numberKinds[:]), wanted.Numbers},
		{"loan kinds", numbered(loanKinds[:]), wanted.Loans},
		{"handle flags", map[string]uint64{"func": funcFlag, "container": containerFlag}, wanted.HandleFlags},
		{"type flags", map[string]uint64{"pointer": pointerFlag}, wanted.TypeFlags},
		{"type numbers", map[string]uint64{
			"error": numberError, "unknown": numberUnknown,
			"any_list": numberAnyList, "text_map": numberTextMap, "any_map": numberAnyMap,
		}, wanted.TypeNumbers},
	} {
		if !maps.Equal(enum.found, enum.wanted) {
			t.Errorf("%s: %v, in the protocol %v", enum.name, enum.found, enum.wanted)
		}
	}
	if wanted.Version == nil || *wanted.Version != ABIVersion {
		t.Errorf("ABI version %d", ABIVersion)
	}
	if builtinSlots != wanted.BuiltinSlots || depthLimit != wanted.DepthLimit {
		t.Errorf("%d slots for builtins, %d levels", builtinSlots, depthLimit)
	}
}

func TestNumbersOfTheProtocolHaveNames(t *testing.T) {
	for _, test := range []struct{ got, wanted string }{
		{faultDeadline.String(), "deadline"},
		{faultKind(200).String(), "unknown"},
		{tagRunning.String(), "running"},
		{builtinTypeName.String(), "type_name"},
		{extLoan.String(), "loan"},
		{extCode(0).String(), "unknown"},
		{kindUintptr.String(), "uintptr"},
		{loanString.String(), "str"},
	} {
		if test.got != test.wanted {
			t.Errorf("got %q, wanted %q", test.got, test.wanted)
		}
	}
}
