"""The words that demo data is made of: common place words, person names and foundation names, none of a real file."""

import random


def _words(text: str) -> list[str]:
    return text.split()


def _phrases(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split(",")]


PLACES = _words(
    """
    Sukamaju Sukamulya Sukasari Sukaraja Mekarsari Mekarjaya Margahayu Cibadak Ciburial Cikaret Cimanggu Pasirjaya
    Sidomulyo Sidorejo Sumberrejo Sumberagung Karangsari Karangrejo Kedungwaru Wonosari Wonorejo Banjarsari
    Bangunrejo Tegalsari Ngadirejo Purwosari Tanjungsari Tanjungharapan Lubukjaya Muarabaru Talangsari Bukitraya
    Sungairaya Airmanis Rantaupanjang Padangjaya Pulausari Telukdalam Batusangkar Kampungbaru Kampungtengah
    Kayuagung Labuhanratu Tamansari Bontojaya Parangmulya Lembangsari Oesapa Tanahmerah Wailiti Harapanjaya
    Makmurjaya Karyamukti Bumiharja Mulyasari Rejosari Argamulya Jatisari Randusari Pandansari Warujaya Gunungsari
    Girimulyo Cempakasari Melatijaya
    """
)
STREETS = _phrases(
    """
    Pendidikan, Merdeka, Pahlawan, Melati, Kenanga, Cempaka, Mawar, Diponegoro, Kartini, Sudirman, Pemuda,
    Pelajar, Veteran, Gajah Mada, Ki Hajar Dewantara, Raya Desa, Pasar Baru, Masjid, Lapangan, Mangga, Rambutan,
    Cendana
    """
)
VIRTUES = _phrases(
    """
    Harapan, Tunas Bangsa, Cahaya Ilmu, Insan Mulia, Bina Karya, Budi Luhur, Karya Bakti, Mutiara Hati, Pelita
    Jaya, Cendekia, Citra Mandiri, Nusa Indah, Bakti Pertiwi, Kasih Ibu, Wahana Ilmu, Generasi Emas, Taruna Bahari
    """
)
ISLAMIC = _phrases(
    """
    Al-Hikmah, Al-Ikhlas, Al-Falah, Al-Amin, Al-Muttaqin, Nurul Huda, Nurul Iman, Darul Ulum, Miftahul Jannah,
    Raudhatul Ulum, Baitul Hikmah, Hidayatul Mubtadiin, Tarbiyatul Aulad, Assalam, At-Taqwa, Ma'arif NU
    """
)
CHRISTIAN = _phrases(
    """
    Katolik Santo Yosef, Katolik Santa Maria, Katolik Santo Paulus, Katolik Santa Theresia, Kristen Kanaan,
    Kristen Imanuel, Kristen Eben Haezer, Kristen Gloria, Advent, YPK Sion
    """
)
TRADES = _phrases(
    """
    Bina Teknologi, Karya Teknik, Pariwisata Nusantara, Farmasi Husada, Kesehatan Bakti, Pertanian Makmur,
    Kelautan Samudra, Bisnis Mandiri, Teknologi Informasi Cendana, Otomotif Jaya
    """
)
FIRST = _words(
    """
    Abdul Ade Agus Ahmad Aisyah Andi Anisa Arif Ayu Bambang Budi Cahya Citra Dedi Dewi Dian Dwi Eka Eko Endang
    Fajar Farida Fitri Galih Gita Hadi Hana Hasan Hendra Heru Ika Indah Intan Irfan Joko Kartika Komang Lestari
    Lia Lukman Made Maria Maya Mega Nanda Ningsih Novi Nur Nyoman Oktavia Petrus Putri Putu Rahma Rani Ratna
    Rendra Reza Rina Rizky Sari Sekar Siti Slamet Sri Surya Tari Taufik Teguh Tri Umi Utami Vera Wahyu Wati Wayan
    Wulan Yanti Yohanes Yuni Yusuf
    """
)
LAST = _words(
    """
    Anggraini Aritonang Astuti Basri Darmawan Dharma Firmansyah Gunawan Halim Handayani Hartono Hidayat Irawan
    Iskandar Kurniawan Kusuma Laksana Lubis Mahardika Manurung Maulana Nasution Nugroho Nurhaliza Pamungkas
    Permana Pertiwi Prabowo Pradana Prasetyo Pratama Purnama Puspita Rahardjo Rahman Ramadhan Rangkuti Rumbiak
    Santoso Saputra Saragih Setiawan Siahaan Simatupang Siregar Subagyo Susanto Sutrisno Syahputra Tanjung Tarigan
    Utomo Wenda Wibowo Widjaja Wijaya Winarno Wulandari Yulianti Zainuddin
    """
)
ROMAN = ("I", "II", "III", "IV", "V", "VI")


def dice(part: str) -> random.Random:
    """The same throws in every run for one part of the demo data, whatever the other parts do."""
    return random.Random(f"demo data of Mitra Pustaka: {part}")  # noqa: S311 - made-up data, no secret


def person(throws: random.Random) -> str:
    """A made-up name; single names and degrees behind a comma are normal."""
    first = throws.choice(FIRST)
    shape = throws.random()
    if shape < 0.12:
        return first
    name = f"{first} {throws.choice(LAST)}"
    if shape < 0.25:
        before, behind = (
            throws.choice(("Dr.", "Drs. H.", "Hj.", "Prof. Dr.")),
            throws.choice(("M.Pd.", "M.A.", "M.Hum.")),
        )
        return f"{before} {name}, {behind}"
    return f"{name}, {throws.choice(('S.Pd.', 'S.S.', 'M.Pd.'))}" if shape < 0.35 else name
