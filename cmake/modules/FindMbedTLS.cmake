# Debian's mbedTLS 2.28 ships neither a CMake config nor a .pc file.
# Defines MbedTLS::crypto (libmbedcrypto) and MbedTLS::x509 (libmbedx509).
find_path(MbedTLS_INCLUDE_DIR mbedtls/ecdsa.h)
find_library(MbedTLS_CRYPTO_LIBRARY mbedcrypto)
find_library(MbedTLS_X509_LIBRARY mbedx509)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  MbedTLS REQUIRED_VARS MbedTLS_CRYPTO_LIBRARY MbedTLS_X509_LIBRARY MbedTLS_INCLUDE_DIR)

if(MbedTLS_FOUND AND NOT TARGET MbedTLS::crypto)
  add_library(MbedTLS::crypto UNKNOWN IMPORTED)
  set_target_properties(
    MbedTLS::crypto PROPERTIES IMPORTED_LOCATION ${MbedTLS_CRYPTO_LIBRARY}
                               INTERFACE_INCLUDE_DIRECTORIES ${MbedTLS_INCLUDE_DIR})
  add_library(MbedTLS::x509 UNKNOWN IMPORTED)
  set_target_properties(MbedTLS::x509 PROPERTIES IMPORTED_LOCATION ${MbedTLS_X509_LIBRARY}
                                                 INTERFACE_LINK_LIBRARIES MbedTLS::crypto)
endif()
mark_as_advanced(MbedTLS_INCLUDE_DIR MbedTLS_CRYPTO_LIBRARY MbedTLS_X509_LIBRARY)
