#include "firmware/receipt/words.h"

#include <array>

#include "firmware/core/base/check.h"

namespace counterfoil::receipt {
namespace {

struct Entry {
    Word word;
    std::string_view hungarian;
    std::string_view english;
};

constexpr std::array kEntries{
    Entry{Word::tax_number, "Adószám", "Tax number"},
    Entry{Word::receipt, "Nyugta", "Receipt"},
    Entry{Word::copy, "MÁSOLAT", "COPY"},
    Entry{Word::training, "GYAKORLÁS, NEM NYUGTA", "TRAINING, NOT A RECEIPT"},
    Entry{Word::refund, "Visszáru", "Refund"},
    Entry{Word::original_receipt, "Eredeti nyugta", "Original receipt"},
    Entry{Word::reason, "Ok", "Reason"},
    Entry{Word::piece, "db", "pc"},
    Entry{Word::kilogram, "kg", "kg"},
    Entry{Word::discount, "kedvezmény", "discount"},
    Entry{Word::coupon, "Kupon", "Coupon"},
    Entry{Word::points_on_top, "pont ajándékba", "points on top"},
    Entry{Word::total, "ÖSSZESEN", "TOTAL"},
    Entry{Word::given_back, "VISSZAJÁR", "GIVEN BACK"},
    Entry{Word::rounding, "Kerekítés", "Rounding"},
    Entry{Word::cash, "Készpénz", "Cash"},
    Entry{Word::card, "Bankkártya", "Card"},
    Entry{Word::voucher, "Utalvány", "Voucher"},
    Entry{Word::change, "Visszajáró", "Change"},
    Entry{Word::vat, "ÁFA", "VAT"},
    Entry{Word::net, "nettó", "net"},
    Entry{Word::tax, "adó", "tax"},
    Entry{Word::gross, "bruttó", "gross"},
    Entry{Word::points_before, "Pontok eddig", "Points so far"},
    Entry{Word::points_earned, "Most szerzett", "Earned now"},
    Entry{Word::points_taken_back, "Visszavont", "Taken back"},
    Entry{Word::points_after, "Új egyenleg", "New balance"},
    Entry{Word::terminal, "Pénztár", "Till"},
    Entry{Word::event, "Bejegyzés", "Entry"},
    Entry{Word::hash, "Lenyomat", "Hash"},
    Entry{Word::signature, "Aláírás", "Signature"},
    Entry{Word::not_signed, "még nincs aláírva", "not signed yet"},
    Entry{Word::void_sale, "Sztornó", "Void"},
    Entry{Word::x_report, "X-jelentés", "X report"},
    Entry{Word::z_report, "Z-jelentés", "Z report"},
    Entry{Word::shift, "Műszak", "Shift"},
    Entry{Word::receipts, "Nyugták", "Receipts"},
    Entry{Word::none, "nincs", "none"},
    Entry{Word::turnover, "FORGALOM", "TURNOVER"},
    Entry{Word::sales, "eladások száma", "number of sales"},
    Entry{Word::discounts_taken_off, "levont kedvezmény", "discounts taken off"},
    Entry{Word::refunds_and_voids, "Visszáru és sztornó", "Refunds and voids"},
    Entry{Word::refunds, "visszáruk száma", "number of refunds"},
    Entry{Word::voids, "ebből sztornó", "of them voids"},
    Entry{Word::takings, "BEVÉTEL", "TAKINGS"},
    Entry{Word::handed_back, "visszaadva", "given back"},
    Entry{Word::opening_float, "Váltópénz", "Float"},
    Entry{Word::cash_takings, "Készpénzbevétel", "Cash takings"},
    Entry{Word::cash_in, "Pénzbetét", "Cash in"},
    Entry{Word::cash_out, "Pénzkivét", "Cash out"},
    Entry{Word::cash_expected, "Várt készpénz", "Cash expected"},
    Entry{Word::cash_counted, "Számolt készpénz", "Cash counted"},
    Entry{Word::difference, "ELTÉRÉS", "DIFFERENCE"},
    Entry{Word::drawer_openings, "Fióknyitás eladás nélkül", "Drawer openings, no sale"},
    Entry{Word::coupon_for_points, "Kupon pontokért", "Coupon for points"},
    Entry{Word::valid_until, "Érvényes eddig", "Valid until"},
    Entry{Word::smallest_purchase, "Legkisebb vásárlás", "Smallest purchase"},
    Entry{Word::members_own_coupon, "Csak a tag saját kódjával váltható be.",
          "Only together with the member's own code."},
    Entry{Word::points_exchanged, "Most beváltva", "Exchanged now"},
};

}  // namespace

std::string_view word(Word word, Language language) {
    const auto index = static_cast<std::size_t>(word);
    CF_CHECK(index < kEntries.size() && kEntries[index].word == word);
    return language == Language::hungarian ? kEntries[index].hungarian : kEntries[index].english;
}

}  // namespace counterfoil::receipt
