/** What tools are said to do, in the languages of the world. */
export const languages: Record<string, string> = {
  Russian: 'Создать новую задачу в репозитории. Получить список файлов каталога. Отправить сообщение в канал',
  Ukrainian:
    'Створити нове завдання у сховищі. Отримати список файлів каталогу. Надіслати повідомлення до каналу',
  Greek: 'Δημιουργία νέου ζητήματος στο αποθετήριο. Λίστα αρχείων του φακέλου. Αποστολή μηνύματος στο κανάλι',
  Hebrew: 'צור משימה חדשה במאגר. קבל רשימת קבצים בתיקייה. שלח הודעה לערוץ. מחק משתמש לפי מזהה',
  Arabic: 'إنشاء مشكلة جديدة في المستودع. الحصول على قائمة الملفات في المجلد. إرسال رسالة إلى القناة',
  Persian: 'ایجاد یک مسئله جدید در مخزن. دریافت فهرست فایل‌های پوشه. ارسال پیام به کانال. حذف کاربر',
  Hindi: 'रिपॉजिटरी में एक नया मुद्दा बनाएँ। फ़ोल्डर की फ़ाइलों की सूची प्राप्त करें। चैनल पर संदेश भेजें',
  Bengali: 'ভাণ্ডারে একটি নতুন সমস্যা তৈরি করুন। ফোল্ডারের ফাইলের তালিকা পান। চ্যানেলে বার্তা পাঠান',
  Tamil: 'களஞ்சியத்தில் புதிய சிக்கலை உருவாக்கவும். கோப்புறையில் உள்ள கோப்புகளின் பட்டியலைப் பெறுக',
  Thai: 'สร้างปัญหาใหม่ในที่เก็บ ดึงรายการไฟล์ในโฟลเดอร์ ส่งข้อความไปยังช่อง ลบผู้ใช้ตามรหัส',
  Vietnamese:
    'Tạo một vấn đề mới trong kho lưu trữ. Lấy danh sách các tệp trong thư mục. Gửi tin nhắn đến kênh',
  Polish: 'Utwórz nowe zgłoszenie w repozytorium. Pobierz listę plików w folderze. Wyślij wiadomość na kanał',
  Czech: 'Vytvořit nový problém v úložišti. Získat seznam souborů ve složce. Odeslat zprávu do kanálu',
  Turkish: 'Depoda yeni bir sorun oluştur. Klasördeki dosyaların listesini al. Kanala mesaj gönder',
  Hungarian: 'Új probléma létrehozása a tárolóban. A mappa fájljainak listázása. Üzenet küldése a csatornára',
  Georgian: 'შექმენით ახალი საკითხი საცავში. მიიღეთ საქაღალდის ფაილების სია. გააგზავნეთ შეტყობინება',
  Armenian: 'Ստեղծել նոր խնդիր պահոցում։ Ստանալ թղթապանակի ֆայլերի ցանկը։ Ուղարկել հաղորդագրություն',
  Amharic: 'በማከማቻው ውስጥ አዲስ ጉዳይ ይፍጠሩ። የአቃፊውን ፋይሎች ዝርዝር ያግኙ። መልእክት ወደ ቻናሉ ይላኩ',
  Burmese: 'သိုလှောင်ရုံတွင် ပြဿနာအသစ်တစ်ခု ဖန်တီးပါ။ ဖိုင်များစာရင်းကို ရယူပါ',
  Khmer: 'បង្កើតបញ្ហាថ្មីនៅក្នុងឃ្លាំង។ ទទួលបានបញ្ជីឯកសារ',
  Chinese: '在仓库中创建新的问题。获取文件夹中的文件列表。向频道发送消息。按标识删除用户',
  'traditional Chinese': '在儲存庫中建立新的問題。取得資料夾中的檔案清單。向頻道傳送訊息。依識別碼刪除使用者',
  Japanese:
    'リポジトリに新しい課題を作成します。フォルダ内のファイル一覧を取得します。メッセージを送信します',
  Korean: '저장소에 새 이슈를 만듭니다. 폴더의 파일 목록을 가져옵니다. 채널에 메시지를 보냅니다',
  German: 'Ein neues Problem im Repository anlegen. Die Dateien des Ordners auflisten. Eine Nachricht senden',
  emoji: '🚀 Starte 🧪 Test 👩‍🔬 📦 Paket ✅ fertig 🔥 🗂️ Ordner 🌍',
};
