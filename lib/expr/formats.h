// The text work of @html, @uri, @base64 and their like, for both engines. All append to `out`.
#pragma once

#include <string>
#include <string_view>

namespace weir::expr {

void append_html(std::string& out, std::string_view text);     // & < > ' " as entities
void append_uri(std::string& out, std::string_view text);      // all but unreserved characters as %XX
void append_sh(std::string& out, std::string_view text);       // one word for a shell, in single quotes
void append_csv(std::string& out, std::string_view text);      // one field, in double quotes
void append_tsv(std::string& out, std::string_view text);      // one field, tab, line ends and \ escaped
void append_base64(std::string& out, std::string_view bytes);  // RFC 4648, padded

// As jq reads base64: what follows the padding is not looked at. The bytes that are no UTF-8 are for the caller to mend.
enum class Decoded : unsigned char { fine, foreign_byte, lone_byte };
Decoded append_from_base64(std::string& out, std::string_view text);

// Bytes that begin a character and do not end it become one U+FFFD, others that are no UTF-8 one each.
std::string mended_utf8(std::string_view bytes);

}  // namespace weir::expr
