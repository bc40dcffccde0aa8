#include "firmware/till/print_notice.h"

#include <array>

namespace counterfoil::till {

using Kind = PrintNotice::Kind;

namespace {

struct Said {
    Kind kind;
    std::string_view code;
    base::Wording wording;
};

constexpr std::array kSaid{
    Said{Kind::paper_out,
         "paper_out",
         {"The printer has no paper. Put in a new roll; what is owed is printed then.",
          "A nyomtatóban nincs papír. Tegyen be új tekercset; ami hátravan, utána kinyomtatódik."}},
    Said{Kind::cover_open,
         "cover_open",
         {"The printer's cover is open. Close it; what is owed is printed then.",
          "A nyomtató fedele nyitva van. Zárja be; ami hátravan, utána kinyomtatódik."}},
    Said{Kind::printer_error,
         "printer_error",
         {"The printer reports an error. Switch it off and on again.",
          "A nyomtató hibát jelez. Kapcsolja ki, majd be."}},
    Said{Kind::away,
         "printer_away",
         {"The printer does not answer. See that it is switched on and its cable is in. You can go "
          "on selling.",
          "A nyomtató nem válaszol. Nézze meg, be van-e kapcsolva, és a helyén van-e a kábele. "
          "Eladni addig is lehet."}},
    Said{Kind::back, "printer_back", {"The printer works again.", "A nyomtató újra működik."}},
    Said{Kind::in_doubt,
         "paper_in_doubt",
         {"This may not have been printed to its end. Look at the paper; a copy can be printed.",
          "Lehet, hogy ez nem nyomtatódott ki végig. Nézze meg a papírt; másolat nyomtatható."}},
    Said{Kind::unprintable,
         "paper_unprintable",
         {"No paper can be made of this. Tell the operator; the ledger has it.",
          "Ez nem nyomtatható ki. Szóljon az üzemeltetőnek; a naplóban megvan."}},
    Said{Kind::not_kept,
         "paper_not_kept",
         {"The till cannot take down what it prints, and so prints nothing. Tell the operator.",
          "A pénztár nem tudja feljegyezni, mit nyomtat, ezért nem nyomtat. Szóljon az "
          "üzemeltetőnek."}},
};

const Said& said_of(Kind kind) {
    const Said& said = kSaid.at(static_cast<std::size_t>(kind));
    CF_CHECK(said.kind == kind);
    return said;
}

}  // namespace

std::string_view PrintNotice::code() const {
    return said_of(kind).code;
}

base::Sentence PrintNotice::sentence() const {
    const base::Wording wording = said_of(kind).wording;
    base::Sentence sentence{std::string(wording.english), std::string(wording.hungarian)};
    if (owed) {
        const base::Sentence name = name_of(*owed);
        sentence = {name.english + ": " + sentence.english,
                    name.hungarian + ": " + sentence.hungarian};
    }
    if (fault) {
        sentence.english += " (" + fault->sentence().english + ")";
        sentence.hungarian += " (" + fault->sentence().hungarian + ")";
    }
    return sentence;
}

PrintNotice notice_of(devices::PrinterEvent::Kind kind) {
    using Event = devices::PrinterEvent::Kind;
    switch (kind) {
        case Event::paper_out:
            return {Kind::paper_out, {}, {}};
        case Event::cover_open:
            return {Kind::cover_open, {}, {}};
        case Event::error:
            return {Kind::printer_error, {}, {}};
        case Event::offline:
            return {Kind::away, {}, {}};
        case Event::back:
            return {Kind::back, {}, {}};
        case Event::printed:
        case Event::in_doubt:
            break;
    }
    CF_CHECK(false);
    return {};
}

}  // namespace counterfoil::till
