#include "tools/counterfoil/bundle_text.h"

namespace counterfoil::tool {

std::string describe(const mirror::RowCounts& counts) {
    struct Word {
        const char* one;
        const char* many;
    };
    constexpr std::array<Word, mirror::kRowKinds> kWords{{{"setting", "settings"},
                                                          {"book", "books"},
                                                          {"product", "products"},
                                                          {"staff", "staff"},
                                                          {"member", "members"},
                                                          {"coupon", "coupons"}}};
    std::string text;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const Word& word = kWords.at(i);
        text.append(i == 0 ? "" : ", ").append(std::to_string(counts.at(i))).append(" ");
        text.append(counts.at(i) == 1 ? word.one : word.many);
    }
    return text;
}

}  // namespace counterfoil::tool
