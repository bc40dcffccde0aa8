#include "daemon/aggregator/api/product_reading.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "daemon/aggregator/services/csv.h"
#include "firmware/core/central/line.h"
#include "firmware/core/central/names.h"

namespace counterfoil::api {

using central::Product;
using services::ProductPlan;

namespace {

constexpr std::int64_t kName = 100;
constexpr std::int64_t kMaxPlu = 999'999;
constexpr std::array<std::string_view, 7> kColumns{
    "gtin", "plu", "name", "category", "unit_price_minor", "vat_basis_points", "sold_by"};
constexpr std::array<std::string_view, 6> kNeeded{
    "gtin", "name", "category", "unit_price_minor", "vat_basis_points", "sold_by"};
constexpr std::array<std::string_view, 4> kNumbers{"gtin", "plu", "unit_price_minor",
                                                   "vat_basis_points"};

Shape record_shape() {
    return Shape{integer("gtin", 1, central::kMaxGtin)}.with(
        {integer("plu", 1, kMaxPlu).optional().nullable(), text("name", kName),
         text("category", kName), integer("unit_price_minor", 0, central::kMaxAmount),
         integer("vat_basis_points", 0, central::kMaxVatBasisPoints),
         text("sold_by", 10).one_of({"piece", "weight"})});
}

// Numbers as numbers, and what is none as the text that it is, for the shape to name.
void set_cell(json::Object& record, std::string_view name, const std::string& cell) {
    std::int64_t number = 0;
    const char* end = cell.data() + cell.size();
    const auto read = std::from_chars(cell.data(), end, number);
    const bool is_number = std::ranges::find(kNumbers, name) != kNumbers.end() &&
                           read.ec == std::errc() && read.ptr == end;
    if (is_number)
        record.set(name, number);
    else
        record.set(name, cell);
}

class Reading {
  public:
    void take_line(const services::CsvColumns& columns, const services::CsvRecord& line) {
        static const Shape kShape = record_shape();
        const std::string place = "line " + std::to_string(line.line);
        if (line.cells.size() != columns.size())
            return complain(place, {"line: " + std::to_string(columns.size()) + " cells",
                                    "line: " + std::to_string(columns.size()) + " cella"});
        json::Object record;
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (!line.cells[i].empty()) set_cell(record, kColumns[columns[i]], line.cells[i]);
        const auto text = record.write();
        const auto document = text.ok() ? json::Document::parse(text.value())
                                        : base::Result<json::Document>(text.error());
        if (!document.ok())
            return complain(place, {"line: UTF-8 text, numbers of up to 16 digits",
                                    "line: UTF-8 szöveg, legfeljebb 16 jegyű számok"});
        const json::Value root = document.value().root();
        if (const auto checked = kShape.check(root); !checked.ok())
            return complain(place, checked.error().sentence);
        take(product_in(root, *root.find("gtin")->integer()), place);
    }
    void complain(const std::string& place, const base::Sentence& sentence) {
        plan_.problems.push_back({place, sentence});
    }
    ProductPlan plan() && { return std::move(plan_); }

  private:
    void take(Product product, const std::string& place) {
        if (const auto wrong = services::wrong_with(product)) return complain(place, *wrong);
        if (!gtins_.insert(product.gtin).second)
            complain(place, {"gtin: stands there twice", "gtin: kétszer szerepel"});
        if (product.plu && !plus_.insert(*product.plu).second)
            complain(place, {"plu: stands there twice", "plu: kétszer szerepel"});
        plan_.products.push_back(std::move(product));
        plan_.places.push_back(place);
    }

    ProductPlan plan_;
    std::set<std::int64_t> gtins_;
    std::set<std::int64_t> plus_;
};

}  // namespace

Shape product_shape() {
    return record_shape();
}

json::Object product_answer(const Product& product) {
    json::Object answer;
    answer.set("gtin", product.gtin);
    if (product.plu)
        answer.set("plu", *product.plu);
    else
        answer.set_null("plu");
    answer.set("name", product.name).set("category", product.category);
    answer.set("unit_price_minor", product.unit_price_minor);
    answer.set("vat_basis_points", product.vat_basis_points);
    answer.set("sold_by", central::name_of(product.sold_by));
    return answer;
}

Product product_in(const json::Value& body, std::int64_t gtin) {
    Product product;
    product.gtin = gtin;
    if (const auto plu = body.find("plu"); plu && !plu->is_null()) product.plu = plu->integer();
    product.name = *body.find("name")->text();
    product.category = *body.find("category")->text();
    product.unit_price_minor = *body.find("unit_price_minor")->integer();
    product.vat_basis_points = *body.find("vat_basis_points")->integer();
    product.sold_by = *central::from_name<central::SoldBy>(*body.find("sold_by")->text());
    return product;
}

ProductPlan read_products(std::string_view csv) {
    Reading reading;
    services::CsvReader lines(csv);
    const auto header = lines.next();
    const auto columns = header ? services::columns_in(*header, kColumns, kNeeded) : std::nullopt;
    if (columns)
        while (const auto line = lines.next()) reading.take_line(*columns, *line);
    else if (!lines.wrong())
        reading.complain("line 1", {"header: the columns' names: gtin,plu,name,category,"
                                    "unit_price_minor,vat_basis_points,sold_by",
                                    "header: az oszlopok nevei: gtin,plu,name,category,"
                                    "unit_price_minor,vat_basis_points,sold_by"});
    if (lines.wrong())
        reading.complain("line " + std::to_string(lines.line()),
                         {"line: comma-separated cells, in quotes where they hold quotes or commas",
                          "line: vesszővel elválasztott cellák, szükség esetén idézőjelben"});
    return std::move(reading).plan();
}

}  // namespace counterfoil::api
