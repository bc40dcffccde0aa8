#pragma once

#include <optional>

#include "firmware/checkout/fault.h"
#include "firmware/devices/printer.h"
#include "firmware/till/owed.h"

namespace counterfoil::till {

// Something about paper that the cashier has to be told.
struct PrintNotice {
    enum class Kind {
        paper_out,
        cover_open,
        printer_error,
        away,  // or it says that it does not print
        back,
        in_doubt,     // whether a paper was printed has to be looked at; it is offered
        unprintable,  // no paper can be made of an event; it is offered
        not_kept,     // the till's disk does not take down what is printed, so nothing is
    };
    Kind kind = Kind::back;
    std::optional<Owed> owed;              // of in_doubt and unprintable
    std::optional<checkout::Fault> fault;  // of unprintable and not_kept

    // For programs: "paper_out".
    std::string_view code() const;
    // With what to do next.
    base::Sentence sentence() const;
};

// Of an event that is no job's end.
PrintNotice notice_of(devices::PrinterEvent::Kind kind);

}  // namespace counterfoil::till
