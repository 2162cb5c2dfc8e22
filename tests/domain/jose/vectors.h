// SPDX-License-Identifier: Apache-2.0
#pragma once

// Made for these tests with the command-line tool of OpenSSL, and signed with Python's `cryptography`: keys that guard nothing.
namespace latchkey::jose::test {

inline constexpr const char* kRsaPkcs8 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCvEmkkhfsXgbsI\n"
    "y7HP/qjtkNzNHYdjlIIeqORLHqK5MSO+9o524j2iK6q4OHqmhsYlglVHHGzKgOd3\n"
    "RIu6p+XI6vu7AG7Hi7m0z9KeMCX4bfMkehqhrQUtd7PPN1OxdEjXNWG7xydLvrpH\n"
    "3UWxFzjqFRpH7Q7TA+srH4TlqPCobjh7Wr/3qK/hGaTtgUCy9zbod6bPjn/IMsgT\n"
    "IzBXHmm1F5DSk67cwejAy2Et9erq6tVZ/ZD0ce5SKAsJ/Kkc5Tb79ffLjzLwyLZb\n"
    "jbYqQUjtJcllh+cWVNedpuVGCkOlT9QzM5zKFki+qPXTglKMY8EGTa5q8cmv4gEi\n"
    "27Mv/afnAgMBAAECggEADr2tRmAqSwmR2YTpL7sLYewYzgPb/VRTpnLlvLYo0RC5\n"
    "p/UeUWqYR5ox/DlJM9H/nMiTbJ2QmCEaxuM/I/7KGCJCWDW084P+JXgljaCT5I3s\n"
    "He39ZbqUnTD0iLs/Bp86GODLngzVRV6a/xJlsVUOu5Wo9QBusfF6W32tFMymQtAt\n"
    "UH8b6h3iQ2ouq3xOHMPGTVAgfMyqMkFkJit869ebw57pJBJVszwNHVdcVovzOaLt\n"
    "6yKdIElRk+O7sVpsl64DhmMAXijYoZLCAFto/WqkNF+RduGu/fRGMWdzb6saEVUo\n"
    "T+8e+6LBRiUIPY8e54jNIgqD9mJ7DFhQBJCnvsWvvQKBgQDgzkT9WB41gA5cQvHn\n"
    "iGk+y5M5Q5OncLhTJgQkCSIFmcZupM0r4NPGf/+a0X/NxBPkOD3qrHNt/glPs2WP\n"
    "wlvrdTe2D5Dc+i9pxDz8k9fsw4gLZ1JdlUJ+IQ6UYXe5IHvmNnDXlsisk9WopEOe\n"
    "JT4y3h+dthStbg98HlEcSbCXCwKBgQDHXXTQdfem+KoCyrIJk78WdQCNBQSQf9Pp\n"
    "wSaLPdsBxIwxsqTVcWwcc4rhGFoagtYA+MZrHNIuCNuBcck+ao1aQq9ApvHXwclT\n"
    "vuBkrq8e3L9AqrBEEGlKG21zAkEC4vJ81xfrWpQfZmrexkn6zbvJ6t2g88gs1cAZ\n"
    "u9I+ST5MFQKBgQDJ7R2U/rirz6mWf99v3FzEtfE5B5UyWpKGxWgEwltX8oeFzOwq\n"
    "FJnE/CYo9zM4LX68iTQ8fch1LTFJ8NcyKR+NwM1Y8GRrySIbe9RX/6h9GCk0LQuT\n"
    "2cVPK/w/lckHdcE0yQPU8rCwK15IS7wc6lETOefmLq4mFe08zLKImTxQfwKBgGoG\n"
    "0+dBtdHBEXmmnwTk5I1m8EIPVxwaP3Nj28HVxbGs+/o6TduOFLcU49lOgCz1RCcE\n"
    "J1Iz47vDzimLgEGHnWFRca7qmlfqoc2+B8zD8jJxp+0WWeP47mYRLCYsHrMQS3IF\n"
    "Wp06cOg6KcAMqK+P1r1OAUxmGiFuFFobP3cMsOr5AoGBAJZA5tj5+je3Ajsw36jh\n"
    "GBZHFEwpnGOmb7rQK80W44Vvg8/dC83D3cE5VpkY6z7gYGvajg3R5ffbhYt9Dd28\n"
    "v9zVdzl/OD/5ZiNIEZUv8efOAGaZD9EsyhgqNKzd4DDqaGBkcUn+zz7gX3MXplkx\n"
    "qXg/4SNFlQFfcm84w67J9HkB\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr const char* kRsaPkcs1 =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIIEpAIBAAKCAQEArxJpJIX7F4G7CMuxz/6o7ZDczR2HY5SCHqjkSx6iuTEjvvaO\n"
    "duI9oiuquDh6pobGJYJVRxxsyoDnd0SLuqflyOr7uwBux4u5tM/SnjAl+G3zJHoa\n"
    "oa0FLXezzzdTsXRI1zVhu8cnS766R91FsRc46hUaR+0O0wPrKx+E5ajwqG44e1q/\n"
    "96iv4Rmk7YFAsvc26Hemz45/yDLIEyMwVx5ptReQ0pOu3MHowMthLfXq6urVWf2Q\n"
    "9HHuUigLCfypHOU2+/X3y48y8Mi2W422KkFI7SXJZYfnFlTXnablRgpDpU/UMzOc\n"
    "yhZIvqj104JSjGPBBk2uavHJr+IBItuzL/2n5wIDAQABAoIBAA69rUZgKksJkdmE\n"
    "6S+7C2HsGM4D2/1UU6Zy5by2KNEQuaf1HlFqmEeaMfw5STPR/5zIk2ydkJghGsbj\n"
    "PyP+yhgiQlg1tPOD/iV4JY2gk+SN7B3t/WW6lJ0w9Ii7PwafOhjgy54M1UVemv8S\n"
    "ZbFVDruVqPUAbrHxelt9rRTMpkLQLVB/G+od4kNqLqt8ThzDxk1QIHzMqjJBZCYr\n"
    "fOvXm8Oe6SQSVbM8DR1XXFaL8zmi7esinSBJUZPju7FabJeuA4ZjAF4o2KGSwgBb\n"
    "aP1qpDRfkXbhrv30RjFnc2+rGhFVKE/vHvuiwUYlCD2PHueIzSIKg/ZiewxYUASQ\n"
    "p77Fr70CgYEA4M5E/VgeNYAOXELx54hpPsuTOUOTp3C4UyYEJAkiBZnGbqTNK+DT\n"
    "xn//mtF/zcQT5Dg96qxzbf4JT7Nlj8Jb63U3tg+Q3PovacQ8/JPX7MOIC2dSXZVC\n"
    "fiEOlGF3uSB75jZw15bIrJPVqKRDniU+Mt4fnbYUrW4PfB5RHEmwlwsCgYEAx110\n"
    "0HX3pviqAsqyCZO/FnUAjQUEkH/T6cEmiz3bAcSMMbKk1XFsHHOK4RhaGoLWAPjG\n"
    "axzSLgjbgXHJPmqNWkKvQKbx18HJU77gZK6vHty/QKqwRBBpShttcwJBAuLyfNcX\n"
    "61qUH2Zq3sZJ+s27yerdoPPILNXAGbvSPkk+TBUCgYEAye0dlP64q8+pln/fb9xc\n"
    "xLXxOQeVMlqShsVoBMJbV/KHhczsKhSZxPwmKPczOC1+vIk0PH3IdS0xSfDXMikf\n"
    "jcDNWPBka8kiG3vUV/+ofRgpNC0Lk9nFTyv8P5XJB3XBNMkD1PKwsCteSEu8HOpR\n"
    "Eznn5i6uJhXtPMyyiJk8UH8CgYBqBtPnQbXRwRF5pp8E5OSNZvBCD1ccGj9zY9vB\n"
    "1cWxrPv6Ok3bjhS3FOPZToAs9UQnBCdSM+O7w84pi4BBh51hUXGu6ppX6qHNvgfM\n"
    "w/IycaftFlnj+O5mESwmLB6zEEtyBVqdOnDoOinADKivj9a9TgFMZhohbhRaGz93\n"
    "DLDq+QKBgQCWQObY+fo3twI7MN+o4RgWRxRMKZxjpm+60CvNFuOFb4PP3QvNw93B\n"
    "OVaZGOs+4GBr2o4N0eX324WLfQ3dvL/c1Xc5fzg/+WYjSBGVL/HnzgBmmQ/RLMoY\n"
    "KjSs3eAw6mhgZHFJ/s8+4F9zF6ZZMal4P+EjRZUBX3JvOMOuyfR5AQ==\n"
    "-----END RSA PRIVATE KEY-----\n";
inline constexpr const char* kP256Pkcs8 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQggJZbZ9m4ZZJ504Md\n"
    "gaSEoVoRfltiT+F4yweh6jeZ3oahRANCAARejHHHtlzanFC6U12OX7Y4HNCJ/MCU\n"
    "NAIc3ngW4f1+f9XJIUTQ3fk6ccTOQeV8aJpigAg5YKKNofO5F1DcZOrX\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr const char* kP256Sec1 =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIICWW2fZuGWSedODHYGkhKFaEX5bYk/heMsHoeo3md6GoAoGCCqGSM49\n"
    "AwEHoUQDQgAEXoxxx7Zc2pxQulNdjl+2OBzQifzAlDQCHN54FuH9fn/VySFE0N35\n"
    "OnHEzkHlfGiaYoAIOWCijaHzuRdQ3GTq1w==\n"
    "-----END EC PRIVATE KEY-----\n";
inline constexpr const char* kP384Pkcs8 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCPggolRGpFWIFEljHq\n"
    "abPHVuueQXBstEzg90ezGNdpD0WYYm5ip5COov2ZQrOMS3+hZANiAAStlx0+jnRe\n"
    "KCGLA9E8pZQXle5vajf9Z4aztHbfSOX9lgZDwkfWlffMHBH7bUu39bsuWoZYV6Xf\n"
    "efcPMExSXwDsAAOy48ilWuB2Ivw69H6NsmEXvbLo88rVBiAahqVlqbI=\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr const char* kP384Sec1 =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MIGkAgEBBDCPggolRGpFWIFEljHqabPHVuueQXBstEzg90ezGNdpD0WYYm5ip5CO\n"
    "ov2ZQrOMS3+gBwYFK4EEACKhZANiAAStlx0+jnReKCGLA9E8pZQXle5vajf9Z4az\n"
    "tHbfSOX9lgZDwkfWlffMHBH7bUu39bsuWoZYV6XfefcPMExSXwDsAAOy48ilWuB2\n"
    "Ivw69H6NsmEXvbLo88rVBiAahqVlqbI=\n"
    "-----END EC PRIVATE KEY-----\n";
inline constexpr const char* kP521Pkcs8 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIBOSQSBB5qDxzWrhaB\n"
    "3XyQhJQh4P43J/8RBFfnlDZdcV1hrx7Iz8kh537Y+IXrb+GNYAHB8V4Y+plXu11P\n"
    "xRznV52hgYkDgYYABAEieG5HlcwOqAm07EZtz2JjS2ri5sLYcoSRREUsazTyB8vh\n"
    "uhEs4DX1HDmsI8w8PIB8TIBVEARg8ewppLmbNzIUvgDnUOf5tAlJs+c4QClMTJJA\n"
    "MoUOzCO2mlnjv6GoFAKyZQzOJgAX0ulWYt+xZzEQbKSzPnppCerpCNTBsS7NzMpe\n"
    "/A==\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr const char* kP521Sec1 =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MIHcAgEBBEIBOSQSBB5qDxzWrhaB3XyQhJQh4P43J/8RBFfnlDZdcV1hrx7Iz8kh\n"
    "537Y+IXrb+GNYAHB8V4Y+plXu11PxRznV52gBwYFK4EEACOhgYkDgYYABAEieG5H\n"
    "lcwOqAm07EZtz2JjS2ri5sLYcoSRREUsazTyB8vhuhEs4DX1HDmsI8w8PIB8TIBV\n"
    "EARg8ewppLmbNzIUvgDnUOf5tAlJs+c4QClMTJJAMoUOzCO2mlnjv6GoFAKyZQzO\n"
    "JgAX0ulWYt+xZzEQbKSzPnppCerpCNTBsS7NzMpe/A==\n"
    "-----END EC PRIVATE KEY-----\n";
inline constexpr const char* kK1Pkcs8 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgb3/F2K4pAYpyxqGvHI5o\n"
    "u/G2CY3P3C9E6t9s9wtgDP2hRANCAARrpDqlLVwc7VCX1+Lzq91RDtiFUW8AzALs\n"
    "95wX7YQoTmkUYsxUeUxPhmljZAxNa58e1zYtIMCkm8ZM0mIZOHC9\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr const char* kK1Sec1 =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHQCAQEEIG9/xdiuKQGKcsahrxyOaLvxtgmNz9wvROrfbPcLYAz9oAcGBSuBBAAK\n"
    "oUQDQgAEa6Q6pS1cHO1Ql9fi86vdUQ7YhVFvAMwC7PecF+2EKE5pFGLMVHlMT4Zp\n"
    "Y2QMTWufHtc2LSDApJvGTNJiGThwvQ==\n"
    "-----END EC PRIVATE KEY-----\n";
inline constexpr const char* kEd25519 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIP6/6H43XP4WzhoPTiU51VytRMJT1YNJ/ZI72QRAJX3s\n"
    "-----END PRIVATE KEY-----\n";
// The password of both is hunter2.
inline constexpr const char* kP256Encrypted =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjcUrU55qrwmwICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEELXnqoRlAXJ58/jAmuc1uXEEgZDA\n"
    "cHJnsZtaW8vFLygrteJLII+DhPRHNtNXEog2JxYwrSRwXhQp2RVC/MqkFKKrf4o3\n"
    "EmEId1QZ6lc0P/C51mnsuOiQS4N6uiWkXTh+3DQIztSZnUmbfJirx8CwVIhNvKLf\n"
    "A3Dyf2SVgbVDcPAp6lEto628bocrSkDFmxDQWsnp5PI1LUcl3QfMCSbUetZNs7k=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";
inline constexpr const char* kP256OldEncryption =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "Proc-Type: 4,ENCRYPTED\n"
    "DEK-Info: AES-128-CBC,D4D023C6589872B6CA8FB48B1F549096\n"
    "\n"
    "FYfePaZJ6o2fjGAG8L+AM9WBbESYV63+CU2X/5j9xk6yp6Sl4mRX9f40ckPw4tEe\n"
    "BEdpq/WVX8fJGDEYvfyXkAxXiFnQhCxwV21kQglh9U7ZmGpR5sH0z6AxlHZDAoop\n"
    "HRDxDpG39R0+xkObDk+k1FB5FVwB3FJitPPifKssQhw=\n"
    "-----END EC PRIVATE KEY-----\n";
// What must be refused, or (the last one) read past.
inline constexpr const char* kWeakRsa =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBANIVTKs96gDB7Tv4\n"
    "nvZ6PaAmBbGaixMipeX78RkmUCXjW08c98xxWH8IdHeXHokW+eYUqbuiXbYOUgrF\n"
    "GYOLWMvRHp7JPFuqIZcjny0nOTDzU5xArkAC3a91ARwS5358pHNuXvzUHCOIhetG\n"
    "AFGqSda36XwUHx+AGAwSGxNAPdCpAgMBAAECgYBZEeLBr6xoyc/VX2G2SrmaDsTX\n"
    "OhjA8i24RotACHhut+hcsIF3Uo8cvO70TUQLB4zIOfaEsSBeMdAi9NIObaQlcJUd\n"
    "UR4TtJo0b25v+G5pBSTuVG2EHLpcdGYo3fU7AT9bX70Yjt6oa3oWJknzpaDYMu6N\n"
    "jGs2wRPxxvLtNKIuAQJBAPyKKVnD/l1d0uC5klR72TR0ccTk5mEmz8p0ekE+QHCX\n"
    "RDXd1TH3mT4mLBtUMJqCPDeljWEgybe1CcpA+jwtJ0kCQQDU9jZlZXzzTf43Vd1j\n"
    "6zrbXBDgZZotea/Je1rSB1s2PrWTtipON5AcsJ/R1kooHdwaAnCnFTp9iByyNBdv\n"
    "bH5hAkEAzBw66aOAbiQL8bfq7j+fQUcwQMwk67a70U0tFphi6t1HsyXVT2poQBQI\n"
    "KBp2ohrK4sr6ptsiTkmTXRYBaiuwiQJBALmNZUvnp30ewZdZOzLqLDgg+ZtrK3Dg\n"
    "C+gTkMhbHIAhF3iCSk4oX2qAAmCEw8w8aCBJa/pIptPlmosylBDDiUECQQC+Nlgp\n"
    "sQvLfl9gbFmqaZw3epfzjNgsW+UML0N7VsTZffVhgMETlAaU6N4fVrejChDP9q8K\n"
    "s2/iuOEcZpqIRAL2\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr const char* kBrainpool =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGIAgEAMBQGByqGSM49AgEGCSskAwMCCAEBBwRtMGsCAQEEIFDlvJkC6nmHiD32\n"
    "bT5SlIamFVnJMPylcQ/Uv4OTWHbNoUQDQgAEQVZMd2Y3Nogmf9NQSMgka+EXNPJo\n"
    "Epd8hHsAVLxor0p1FELQYfNL4JJMd4M0EzlxbUAI0uDp5taWDtYRDxEgjQ==\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr const char* kX25519 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VuBCIEIHghmXxL6PZ0pTwAS932GIlICml/ei7mbZJY1blpnwNH\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr const char* kPublic =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXoxxx7Zc2pxQulNdjl+2OBzQifzA\n"
    "lDQCHN54FuH9fn/VySFE0N35OnHEzkHlfGiaYoAIOWCijaHzuRdQ3GTq1w==\n"
    "-----END PUBLIC KEY-----\n";
inline constexpr const char* kWithParameters =
    "-----BEGIN EC PARAMETERS-----\n"
    "BggqhkjOPQMBBw==\n"
    "-----END EC PARAMETERS-----\n"
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIMdeQH9SMrq+BusO3bg2V8zHkd9nBcqEMxiDGoFpiO89oAoGCCqGSM49\n"
    "AwEHoUQDQgAE5uMTUShmoH8aOLK0YbrbRxKu766Z+WYUZ3vDiBgtKhb5sFqCZCUq\n"
    "OP/p0+J7nCKLadWjNoKKbgHfmgLnrzCZQQ==\n"
    "-----END EC PRIVATE KEY-----\n";

struct KeyVector {
    const char* name;
    const char* pem;
    const char* jwk;  ///< members in the order of RFC 7638
    const char* thumbprint;
};
inline constexpr KeyVector kKeys[] = {
    {"rsa", kRsaPkcs8,
     R"({"e":"AQAB","kty":"RSA","n":"rxJpJIX7F4G7CMuxz_6o7ZDczR2HY5SCHqjkSx6iuTEjvvaOduI9oiuquDh6pobGJYJVRxxsyoDnd0SLuqflyOr7uwB)"
     R"(ux4u5tM_SnjAl-G3zJHoaoa0FLXezzzdTsXRI1zVhu8cnS766R91FsRc46hUaR-0O0wPrKx-E5ajwqG44e1q_96iv4Rmk7YFAsvc26Hemz45_yDLIEyMwVx5)"
     R"(ptReQ0pOu3MHowMthLfXq6urVWf2Q9HHuUigLCfypHOU2-_X3y48y8Mi2W422KkFI7SXJZYfnFlTXnablRgpDpU_UMzOcyhZIvqj104JSjGPBBk2uavHJr-I)"
     R"(BItuzL_2n5w"})",
     "W6SMxZIWbXhkYZar-8gBQq8DSN6mYBwfKAOrvC7WFjk"},
    {"p256", kP256Pkcs8,
     R"({"crv":"P-256","kty":"EC","x":"Xoxxx7Zc2pxQulNdjl-2OBzQifzAlDQCHN54FuH9fn8","y":"1ckhRNDd-TpxxM5B5XxommKACDlgoo2h87kXUNx)"
     R"(k6tc"})",
     "lkLPDy4uIjhSxckur4gLDnq81vc_r3TAByHtNxohzEY"},
    {"p384", kP384Pkcs8,
     R"({"crv":"P-384","kty":"EC","x":"rZcdPo50XighiwPRPKWUF5Xub2o3_WeGs7R230jl_ZYGQ8JH1pX3zBwR-21Lt_W7","y":"LlqGWFel33n3DzBMUl)"
     R"(8A7AADsuPIpVrgdiL8OvR-jbJhF72y6PPK1QYgGoalZamy"})",
     "Pv5IcWpDAUlyviBxlX9chQPNcsWVwKyVup7LTJJhmds"},
    {"p521", kP521Pkcs8,
     R"({"crv":"P-521","kty":"EC","x":"ASJ4bkeVzA6oCbTsRm3PYmNLauLmwthyhJFERSxrNPIHy-G6ESzgNfUcOawjzDw8gHxMgFUQBGDx7CmkuZs3MhS-")"
     R"(,"y":"AOdQ5_m0CUmz5zhAKUxMkkAyhQ7MI7aaWeO_oagUArJlDM4mABfS6VZi37FnMRBspLM-emkJ6ukI1MGxLs3Myl78"})",
     "9kUt86riK2LQrpZBxlQ4vIhY-5PmGl-_7T3yRCxFL3s"},
    {"k1", kK1Pkcs8,
     R"({"crv":"secp256k1","kty":"EC","x":"a6Q6pS1cHO1Ql9fi86vdUQ7YhVFvAMwC7PecF-2EKE4","y":"aRRizFR5TE-GaWNkDE1rnx7XNi0gwKSbxkz)"
     R"(SYhk4cL0"})",
     "y9ulSG2lgG6SZes4I74Zeeb62o_2mzgEgtRD-XJlj1I"},
    {"ed", kEd25519,
     R"({"crv":"Ed25519","kty":"OKP","x":"IzTeWDyqkMobMn7bvO_2y0wG3ItS8No3C89l6sKkUKU"})",
     "lw2Mk5ETaw2L3WJbGEQbJm7KElTKsd6pbLswjQ0PDO4"},
};

struct SignatureVector {
    const char* algorithm;
    const char* key;
    const char* jws;
};
inline constexpr SignatureVector kSignatures[] = {
    {"RS256", "rsa",
     "eyJhbGciOiJSUzI1NiJ9.VGhlIHRydWUgc2lnbiBvZiBpbnRlbGxpZ2VuY2UgaXMgbm90IGtub3dsZWRnZSBidXQgaW1hZ2luYXRpb24u.gcqnPeu8yZ4VDR"
     "_Z4zZ5_-4QhqBGGi8-8LCXQ3hdEyCxCNkybX5mw1k8s1NLHTmDA2kVlPxxEkKIZFeMp6Gw8svYQAxdcBDEiI44iuk7c_Gn57Xj5wRvGaxV1s5bS0ex-CrBiA"
     "mJ5zkKUIJ0cbaykeuqz0jb9C5ANJiqdcuFrujrVjecOnnWenSHx0IrMVb2pMH11jE73SaZuo5QNk9wzmO4F9ZGU_R2TNfGvycjhhqyN7qDexzFkd9zIRvozt"
     "2OZGLq0cN-mAUgDeIT0sE5lOAwXDV02tC6QQ-uTvHkfdOAQwOujKIyi8SDrt2yiH89f-m3FOAU8y52bCdKs_RCTQ"},
    {"RS384", "rsa",
     "eyJhbGciOiJSUzM4NCJ9.VGhlIHRydWUgc2lnbiBvZiBpbnRlbGxpZ2VuY2UgaXMgbm90IGtub3dsZWRnZSBidXQgaW1hZ2luYXRpb24u.E6k8NlNGTcwh6I"
     "oUueXpaCH3Uj-YJv2LDq7B2IDQKoSqJXHhpKmCRdB-xdu3Zp0q1iM7Y-o0JewThKlhXAXyGK3Nq7PKQHI1v9qbdBDKQf1ZcsDULb7u_oC3Hc4nlH3BfIxv1W"
     "l_72knS1FX2O5Jzw2tX2zyW4x2yEsdZJHqd5J-VNuvAsHJgDdZHIu7hbMenfPp-qIIF0b7vTL5uH4KId0RndVGjELqW9TtWt3sjWTvYoeros4tgNmlvhBIl0"
     "FQEqir5yRovQM8HNgF4dLGqbx7ma55co1WpgIWTZX2tnU_D8C_wey8OJHBuRurH8taly4_zYHthbzo9lwSE2W02w"},
    {"RS512", "rsa",
     "eyJhbGciOiJSUzUxMiJ9.VGhlIHRydWUgc2lnbiBvZiBpbnRlbGxpZ2VuY2UgaXMgbm90IGtub3dsZWRnZSBidXQgaW1hZ2luYXRpb24u.Xfy8UCSY05gZfv"
     "Rjazw2zciH6zLzwTUHSwe5onsgKejUwJyYLyDSO5B3-INDSLO8_foohrm-uALvAcpLzifqy1R_WBJTSCLcjK88vv8QKOQsQby6W7qMGPmGd0XTvYOHQYZYp8"
     "LPtCOu7sZgHhL4A7ppMAN0Syc_irZBDlwD4QRGC5hO3Nm8a0SGWIjWQfS4p5WP3tOfYX-bREUfGaW5kZpuqJRbdtzdxEBEPc8_8Se0NF9GkOF7TnH9lZ5chI"
     "3Cj2ZW-O23-Iwb0o45xmgu85Qi-sX0QArPoKYUsqAhkZLx8GL2Ym1DQdkEd4XBMxf_p15KlpjAykBa43DHz9XjtA"},
    {"PS256", "rsa",
     "eyJhbGciOiJQUzI1NiJ9.VGhlIHRydWUgc2lnbiBvZiBpbnRlbGxpZ2VuY2UgaXMgbm90IGtub3dsZWRnZSBidXQgaW1hZ2luYXRpb24u.qPPS1IDBiV9Pog"
     "Y4enmUUGyOnpDWKfV2z3EdRrdR5kwzsP0IRgBjFA5jk1i-382cjjJOo_JP2iAg40NtFdEJioOT2kzAY-dJ2Jgk--9EiH6qPbjbnsOv9-xgswjjtfhrLwz7LN"
     "yBDyRXx681l1BgE83B4_W0T_yFd2NTEDsuqR_OuUEy1suV-Qw74-rpgWAKIWaNmFYiarjslBGfh_UNK8QWTaDtZLlpbXdjIZH8EgcoQ64STZ_K3XIyPtPvaL"
     "cqVWcT0SJL7KXSzTOYWiT-LOw9H_6aG30sG0hjDUXTOblQqBJrq3y4y9px46zhLawdg545hAAkPf9EgXm8e7PcFw"},
    {"PS384", "rsa",
     "eyJhbGciOiJQUzM4NCJ9.VGhlIHRydWUgc2lnbiBvZiBpbnRlbGxpZ2VuY2UgaXMgbm90IGtub3dsZWRnZSBidXQgaW1hZ2luYXRpb24u.KpCWxay9lyMh-c"
     "WlYrStldSEUIPDQqZKxyNK8Tv2vUiCHd3fghGWeNPCJIv-3helxdsMAxLaeUudwhxE5-xkbRZKnfF3tKjgneWBj1uzrcpZ1KI6aINih7Ewb0eQ8DCyVqht3u"
     "tZXU5fQwn11ihyFbGMJuS3BAipums-Z1VLuoIIg1xSS2H7VG8zZYFtwiDXLdK9jbTaEU8qDEqBNcVJt-wRe3ZNU1uj8r5iUDWf1OE2XbBe307Ia9MWpMv7r-"
     "G1TrQC8VXA6pL56KSCz6m2T0oAWrXcrSexfs2ZbnPKUkojJ_4kDf7hb1vggJsWIdzul0n6S68pkhndxLdSmkk10Q"},
    {"PS512", "rsa",
     "eyJhbGciOiJQUzUxMiJ9.VGhlIHRydWUgc2lnbiBvZiBpbnRlbGxpZ2VuY2UgaXMgbm90IGtub3dsZWRnZSBidXQgaW1hZ2luYXRpb24u.XHM_icGMW7C243"
     "flK5umCojW56X9pAcqBcw0pOha2KBpDEE7c0O4DPXgqAruw_XNolOXbfOz1Z-DnLF0p8yUcszI0YNYj2761eG_0kk20t73ZqeqP-hDVKMq2y1PoEQU_WwhrN"
     "SJ4FxucklC1BVtv_bvVBIwag3VS4JX83MnjeuN4CH8eQZoOugOZm9Vr5RWG_l9UodUA-q-5mQzvpr75l9wQHqQRnJ7IT3sgkC1CRIVJeL59kbypP_54mDunV"
     "zfxWc5RCxG6RrLWACw-9ELsYWmM58XI87pbcR6DweOfxcoTq00ZXBfKrRKIJVql_w-WHWOnS0Vl5EGAAxIOYQS2A"},
    {"ES256", "p256",
     "eyJhbGciOiJFUzI1NiJ9.VGhlIHRydWUgc2lnbiBvZiBpbnRlbGxpZ2VuY2UgaXMgbm90IGtub3dsZWRnZSBidXQgaW1hZ2luYXRpb24u.iWoXdBmqMUJrWd"
     "tGkUnmQU4aSQyR9XNjw1oa0QTBzXyKJbW3dCXknN2glqTyMvc6Q_0LL8eF4Kd2P427T8Vxug"},
    {"ES384", "p384",
     "eyJhbGciOiJFUzM4NCJ9.VGhlIHRydWUgc2lnbiBvZiBpbnRlbGxpZ2VuY2UgaXMgbm90IGtub3dsZWRnZSBidXQgaW1hZ2luYXRpb24u.IYQEHMNEruhydy"
     "wgYRmBJrJN5LtBARfz9YVxFIzXSlfLgX-FdqL3FybDLl_F8GVYAA-hDNHrI_vZBJx4wzhB4GEPr-jdIgzjY41s2Emn7py9VXjsu1QujqNWGPdqaEeF"},
    {"ES512", "p521",
     "eyJhbGciOiJFUzUxMiJ9.VGhlIHRydWUgc2lnbiBvZiBpbnRlbGxpZ2VuY2UgaXMgbm90IGtub3dsZWRnZSBidXQgaW1hZ2luYXRpb24u.ACtQznVXuecorY"
     "F4BEvC2k1WA1T6oKLoSncYdgBf3xWIurLjaOdr8FGRnqFmtG85f2SbS4b0cp17e3Tyrt6FHXwBAG9sN3lkBzLvUWnpKd5O7c08TqGfL7fXweYo3fZM6WrSF9"
     "t-otQ2Z81TsUcG5RczD_nUkmaRWuQxJpsdMffpF-qG"},
    {"ES256K", "k1",
     "eyJhbGciOiJFUzI1NksifQ.VGhlIHRydWUgc2lnbiBvZiBpbnRlbGxpZ2VuY2UgaXMgbm90IGtub3dsZWRnZSBidXQgaW1hZ2luYXRpb24u.3bSnPnoc4rFr"
     "cBiqd0rhEltFfVDOO6JyHcIBNWGhW2Qn7ufZGtv_PXKYsVN3hL2nehEmVbiiLTMG_wo0fObF_g"},
    {"EdDSA", "ed",
     "eyJhbGciOiJFZERTQSJ9.VGhlIHRydWUgc2lnbiBvZiBpbnRlbGxpZ2VuY2UgaXMgbm90IGtub3dsZWRnZSBidXQgaW1hZ2luYXRpb24u.yH00sNwZmr3aO7"
     "jLeKX0RgUEchmRJ7uoPOcbFNJGvOve14VyuVBkimPR--8z4VwgeWQG20r44khdWkIVU1PVDA"},
};

// PS256 with an empty salt.
inline constexpr const char* kEmptySalt =
    "eyJhbGciOiJQUzI1NiJ9.cGF5bG9hZA.kZGiC0zIxYabM8572acVBh_TirfqyaExLHJF5qM201WGzCOgUZXX_Qzn_u3krVgdt6dmX0YsniGDEO4WI8tWM9Yu"
    "lfmfSSBjpmno9I9JC9ZCGYOipEe1EVNp0z4fa-toPjaujPHm1pYMm2bHkFX4cGSryUtw9j14iHQ9x9BXpI6n9sIVZXcD26GiMF5jXUoQS2cVhEVO3-S6ZpQ9"
    "Z76t8ljy3b5AjBhfy_s_O-efcWE2_a401rWnWfsY_QwCQkcQ6ao-OfTsLF3P7sXAYdGkYmUAOFJvDjBNnwQw0eEl9PVg-YK-kViCpeI9o2Npj3hEUF4-25Sx"
    "D6i3EJqJ3iWaGA";

}  // namespace latchkey::jose::test
