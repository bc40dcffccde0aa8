#pragma once

#include "firmware/checkout/refusal.h"
#include "firmware/core/loyalty/refusal.h"
#include "firmware/core/token/refusal.h"

namespace counterfoil::checkout {

// Why a use case did not happen, whichever layer said so: a stable code for programs, and for the
// cashier a sentence with what to do next, in both languages.
class Fault {
  public:
    Fault(Refusal refusal);           // the counter itself
    Fault(loyalty::Refusal refusal);  // the programme's rules
    Fault(token::Refusal refusal);    // a code that is not believed
    Fault(const base::Error& error);  // a disk, a file, a clock

    // The same with numbers or names of the case at hand in the place of the general sentence.
    Fault(loyalty::Refusal refusal, base::Sentence sentence);

    const std::string& code() const { return code_; }
    const base::Sentence& sentence() const { return sentence_; }
    // Whether a rule said no, as against something that is broken.
    bool is_refusal() const { return kind_ == base::Code::refused; }

    // What a server answers with it.
    int status() const { return status_; }

    // For callers that know one language: "not_paid: That is less than the total. ...".
    base::Error error() const;

  private:
    base::Code kind_ = base::Code::refused;
    int status_ = 422;
    std::string code_;
    base::Sentence sentence_;
};

// A coupon that was used before, as often as it may be: the same code wherever it is asked, and
// however many ask at once.
Fault coupon_used_up();

// What a use case gives.
template <class T>
using Outcome = base::Result<T, Fault>;

}  // namespace counterfoil::checkout
